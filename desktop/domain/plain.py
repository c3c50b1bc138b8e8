"""Frozen dataclasses to plain JSON values and back: how content gets into payloads and out of actions."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union

from desktop.domain.errors import UserFacingError

T = TypeVar("T")


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
    return typing.cast(T, _read(wanted, value, path))


def from_stored(wanted: type[T], value: Mapping[str, Any]) -> T:
    """Read a dataclass from a record's state; fields of a newer version are left aside, however deep they stand."""
    return typing.cast(T, _read(wanted, value, "", stored=True))


@cache
def _hints(wanted: type) -> dict[str, Any]:
    return typing.get_type_hints(wanted)


def _read(wanted: Any, value: Any, path: str, *, stored: bool = False) -> Any:
    origin = typing.get_origin(wanted)
    if origin in (Union, types.UnionType):
        options = typing.get_args(wanted)
        if value is None and type(None) in options:
            return None
        return _read(next(one for one in options if one is not type(None)), value, path, stored=stored)
    if origin is tuple:
        return _read_tuple(typing.get_args(wanted)[0], value, path, stored)
    if origin in (Mapping, dict):
        return dict(value) if isinstance(value, Mapping) else _wrong(path)
    if dataclasses.is_dataclass(wanted):
        return _read_dataclass(typing.cast(type, wanted), value, path, stored)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        try:
            return wanted(value)
        except ValueError:
            return _wrong(path)
    if wanted is date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return _wrong(path)
    if wanted is Any:
        return value
    if wanted in (str, int, bool) and type(value) is wanted:
        return value
    return _wrong(path)


def _read_tuple(item: Any, value: Any, path: str, stored: bool) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        return typing.cast("tuple[Any, ...]", _wrong(path))
    return tuple(_read(item, one, f"{path}[{index}]", stored=stored) for index, one in enumerate(value))


def _read_dataclass(wanted: type, value: Any, path: str, stored: bool) -> Any:
    if not isinstance(value, Mapping):
        return _wrong(path)
    hints = _hints(wanted)
    fields = {field.name: field for field in dataclasses.fields(wanted)}
    if stored:
        value = {name: one for name, one in value.items() if name in fields}
    for name in value:
        if name not in fields:
            _wrong(f"{path}.{name}".lstrip("."))
    given = {name: _read(hints[name], one, f"{path}.{name}".lstrip("."), stored=stored) for name, one in value.items()}
    for name, field in fields.items():
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if required and name not in given:
            _wrong(f"{path}.{name}".lstrip("."))
    return wanted(**given)


def _wrong(path: str) -> Any:
    raise UserFacingError("action.malformed", field=path or "-")
