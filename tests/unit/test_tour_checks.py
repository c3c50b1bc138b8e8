"""The tour's own checks can fail: a search that finds what is there, a summary that names what does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.tour.canaries import ENCODINGS, LEAST_BYTES, search
from desktop.tour.cast import make_cast


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_name_is_found_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    """Also in the middle of other bytes, in a folder inside the folder."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\x00\xff" + "陈𠮷水".encode(encoding) + b"\x01")
    (tmp_path / "clean").write_bytes(bytes(range(256)))
    found = search([tmp_path], ["陈𠮷水", "黄䶮生"])
    assert found.files == 2
    assert found.hits == (f"deep/file: {encoding}",)


def test_a_plain_database_is_found(tmp_path: Path) -> None:
    """By its header, whatever is in it."""
    (tmp_path / "store.db").write_bytes(b"SQLite format 3\x00" + bytes(100))
    assert search([tmp_path], ["陈𠮷水"]).hits == ("store.db: plain SQLite",)


def test_everybody_in_the_tour_can_be_told_from_chance() -> None:
    """Names, numbers and phones are long enough in every encoding; and the same seed gives the same people."""
    secrets = make_cast(3).secrets()
    assert len(secrets) > 20
    assert all(len(secret.encode(encoding)) >= LEAST_BYTES for secret in secrets for encoding in ENCODINGS)
    assert make_cast(3) == make_cast(3) != make_cast(4)
    with pytest.raises(ValueError, match="too short"):
        search([], ["陈㛃"])
