"""Frozen dataclasses to plain JSON values and back: how content gets into payloads and out of actions."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final, TypeVar, Union

from desktop.domain.errors import UserFacingError

T = TypeVar("T")
MAX_NUMBER: Final = 2**53
"""Whole numbers stay below this, so that every program reads the same one."""
JSON_NAME: Final = "json-name"
"""Metadata of a field whose name in JSON cannot be one in Python (``from``)."""


class Misfit(ValueError):
    """A JSON value that is not what was declared; ``field`` is the dotted path, never the value.

    ``unknown_word``: the only thing wrong is a word that is not on a closed list, as a newer version would write it.
    """

    def __init__(self, field: str, *, unknown_word: bool = False) -> None:
        super().__init__(field)
        self.field = field
        self.unknown_word = unknown_word


def to_plain(value: Any) -> Any:
    """JSON values of a dataclass (fields by name), dates as ISO text, enums as their value.

    Fields that hold nothing (None, "", empty tuples) are left out: silence takes no room.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return {name: to_plain(one) for name, one in fields if one is not None and one != "" and one != ()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(one) for key, one in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [to_plain(one) for one in value]
    return value


def from_plain(wanted: type[T], value: Any, path: str = "") -> T:
    """Read a dataclass from JSON values, types checked all the way down.

    Raises:
        UserFacingError: ``action.malformed`` with ``field``, the dotted path of the first wrong one.
            Unknown fields are wrong too: a mistyped name must not be dropped in silence.
    """
    try:
        return typing.cast(T, _Reading().read(wanted, value, path))
    except Misfit as misfit:
        raise UserFacingError("action.malformed", field=misfit.field) from None


def from_stored(wanted: type[T], value: Mapping[str, Any]) -> T:
    """Read a dataclass from a record's state; fields of a newer version are left aside, however deep they stand."""
    try:
        return decode(wanted, value)
    except Misfit as misfit:
        raise UserFacingError("action.malformed", field=misfit.field) from None


def decode(wanted: type[T], value: Any, path: str = "") -> T:
    """Read a dataclass from content that another program may have written.

    Types are strict (no number for a text, no 1 for true), numbers bounded, dates in the one form ``2026-11-20``;
    fields of a newer version are left aside.

    Raises:
        Misfit: with the path of the first wrong or missing field.
    """
    reading = _Reading(stored=True)
    found = reading.read(wanted, value, path)
    reading.finish()
    return typing.cast(T, found)


def check_some(wanted: type, value: Mapping[str, Any], path: str = "") -> None:
    """Like ``decode`` for some of a dataclass's fields: what is there must fit, nothing has to be there."""
    reading = _Reading(stored=True)
    reading.given(wanted, value, path)
    reading.finish()


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    annotation: Any
    required: bool


@cache
def _fields(wanted: type) -> Mapping[str, _Field]:
    """The fields of a dataclass by their names in JSON."""
    hints = typing.get_type_hints(wanted)
    return {
        field.metadata.get(JSON_NAME, field.name): _Field(
            field.name,
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(wanted)
    }


def field_names(wanted: Any) -> frozenset[str]:
    """Every name that may stand in the JSON of a declared type, however deep."""
    if dataclasses.is_dataclass(wanted):
        fields = _fields(typing.cast(type, wanted))
        return frozenset(fields).union(*(field_names(one.annotation) for one in fields.values()))
    return frozenset().union(*(field_names(one) for one in typing.get_args(wanted)))


class _Sort(Enum):
    """How a declared type is read."""

    PLAIN = 1
    OPTIONAL = 2
    FRACTION = 3
    MAPPING = 4
    ANYTHING = 5
    TUPLE = 6
    DATACLASS = 7
    WORD = 8
    DATE = 9
    UNKNOWN = 10


@cache
def _sort_of(wanted: Any) -> tuple[_Sort, Any]:
    """The sort of a type with what is inside it; looked at once, since every entry that is folded is read by it."""
    origin = typing.get_origin(wanted)
    if wanted in (str, int, bool):
        found = _Sort.PLAIN
    elif origin in (Union, types.UnionType):
        options = typing.get_args(wanted)
        return _Sort.OPTIONAL, next(one for one in options if one is not type(None))
    elif origin is tuple:
        return _Sort.TUPLE, typing.get_args(wanted)[0]
    elif origin in (Mapping, dict):
        found = _Sort.MAPPING
    elif dataclasses.is_dataclass(wanted):
        found = _Sort.DATACLASS
    elif isinstance(wanted, type) and issubclass(wanted, Enum):
        found = _Sort.WORD
    else:
        found = {date: _Sort.DATE, Any: _Sort.ANYTHING, float: _Sort.FRACTION}.get(wanted, _Sort.UNKNOWN)
    return found, wanted


class _Reading:
    """Reading one value; ``stored`` content is read strictly, and unknown fields are left aside."""

    def __init__(self, *, stored: bool = False) -> None:
        self._stored = stored
        self._unknown_words: list[str] = []

    def finish(self) -> None:
        """Say that a word was unknown, now that nothing worse was found."""
        if self._unknown_words:
            raise Misfit(self._unknown_words[0], unknown_word=True)

    def read(self, wanted: Any, value: Any, path: str) -> Any:
        sort, inner = _sort_of(wanted)
        if sort is _Sort.PLAIN:
            fits = type(value) is wanted and not (self._stored and wanted is int and abs(value) >= MAX_NUMBER)
            return value if fits else _wrong(path)
        if sort is _Sort.OPTIONAL:
            return None if value is None else self.read(inner, value, path)
        if sort is _Sort.FRACTION and type(value) in (int, float):
            return float(value)
        if sort is _Sort.MAPPING and isinstance(value, Mapping):
            return dict(value)
        if sort is _Sort.ANYTHING:
            return value
        reader = {
            _Sort.TUPLE: self._tuple,
            _Sort.DATACLASS: self._dataclass,
            _Sort.WORD: self._word,
            _Sort.DATE: self._date,
        }.get(sort)
        return _wrong(path) if reader is None else reader(inner, value, path)

    def given(self, wanted: type, value: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Those fields of a dataclass that are there."""
        fields = _fields(wanted)
        for name in value:
            if name not in fields and not self._stored:
                _wrong(f"{path}.{name}".lstrip("."))
        before = f"{path}." if path else ""
        return {
            field.name: self.read(field.annotation, value[name], before + name)
            for name, field in fields.items()
            if name in value
        }

    def _dataclass(self, wanted: type, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            return _wrong(path)
        given = self.given(wanted, value, path)
        for name, field in _fields(wanted).items():
            if field.required and field.name not in given:
                _wrong(f"{path}.{name}".lstrip("."))
        return wanted(**given)

    def _tuple(self, item: Any, value: Any, path: str) -> Any:
        if not isinstance(value, (list, tuple)):
            return _wrong(path)
        return tuple(self.read(item, one, f"{path}[{index}]") for index, one in enumerate(value))

    def _word(self, wanted: type[Enum], value: Any, path: str) -> Any:
        if not isinstance(value, str):
            return _wrong(path)
        try:
            return wanted(value)
        except ValueError:
            if not self._stored:
                return _wrong(path)
            self._unknown_words.append(path or "-")
            return value

    def _date(self, _wanted: Any, value: Any, path: str) -> Any:
        try:
            found = date.fromisoformat(value)
        except (TypeError, ValueError):
            return _wrong(path)
        return found if not self._stored or found.isoformat() == value else _wrong(path)


def _wrong(path: str) -> Any:
    raise Misfit(path or "-")
