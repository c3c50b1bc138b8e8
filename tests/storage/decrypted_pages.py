"""Reads a SQLCipher 4 file page by page, free pages included, without SQLCipher.

To see what is really left in a store one has to look at every byte of it, decrypted, and not through a library that
shows only what is still linked. Layout (https://www.zetetic.net/sqlcipher/design/): pages of 4096 bytes; the last 80 of
each are the IV (16) and the HMAC-SHA512 of ciphertext, IV and page number (64); the first page begins with a salt of 16
bytes. With a raw key there is no stretching; the HMAC key comes from it by PBKDF2 with two rounds.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE = 4096
SALT = 16
IV = 16
HMAC = 64
RESERVED = IV + HMAC
WAL_HEADER = 32
FRAME_HEADER = 24


def decrypted_pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Every page of a store in the order of the file; each one's HMAC is checked on the way."""
    data = path.read_bytes()
    assert len(data) % PAGE == 0
    salt = data[:SALT]
    for index in range(len(data) // PAGE):
        yield _decrypted(data[index * PAGE : (index + 1) * PAGE], index + 1, key, salt)


def decrypted_frames(store: Path, key: bytes) -> Iterator[bytes]:
    """Every frame of the store's write-ahead log, old ones included."""
    log = store.with_name(store.name + "-wal")
    data = log.read_bytes() if log.exists() else b""
    salt = store.read_bytes()[:SALT]
    for start in range(WAL_HEADER, len(data), FRAME_HEADER + PAGE):
        number = struct.unpack(">I", data[start : start + 4])[0]
        yield _decrypted(data[start + FRAME_HEADER : start + FRAME_HEADER + PAGE], number, key, salt)


def _decrypted(page: bytes, number: int, key: bytes, salt: bytes) -> bytes:
    start = SALT if number == 1 else 0
    content, iv, mac = page[start : PAGE - RESERVED], page[PAGE - RESERVED : PAGE - HMAC], page[PAGE - HMAC :]
    hmac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(byte ^ 0x3A for byte in salt), 2, 32)
    expected = hmac.digest(hmac_key, content + iv + struct.pack("<I", number), "sha512")
    assert mac == expected, f"page {number} is not what SQLCipher wrote"
    decryptor = Cipher(AES256(key), CBC(iv)).decryptor()
    return decryptor.update(content) + decryptor.finalize()
