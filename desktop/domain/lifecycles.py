"""Transition tables: which state may follow which, and who may set it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.domain.roles import Role

Roles = frozenset[Role]
Guard = Callable[[str, Role, Mapping[str, Any] | None, Mapping[str, Any]], str]
"""``guard(worker, role, state before, fields after)`` answers a reason code, or "" where all is well."""


@dataclass(frozen=True)
class Lifecycle:
    """A table ``(from, to) → roles``; ``None`` is the state before the record exists.

    ``outranking`` targets apply whatever state the record has reached meanwhile, as long as the
    table lists the step from there: a withdrawal (撤回) beats a check made elsewhere at the same time.
    ``fixed`` are fields that say what the record is: no later step says them otherwise.
    """

    transitions: Mapping[tuple[str | None, str], Roles]
    outranking: frozenset[str] = frozenset()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()

    def problem(
        self,
        current: str | None,
        source: str | None,
        target: str,
        role: Role,
        worker: str,
        state: Mapping[str, Any] | None,
        fields: Mapping[str, Any],
    ) -> str:
        """Why the step may not be taken (a reason code), or "".

        ``diverged`` means that somebody else moved the record on first: both are kept for a person.
        """
        if source != current and not (target in self.outranking and (current, target) in self.transitions):
            return "diverged" if (source, target) in self.transitions and current is not None else "no-such-step"
        roles = self.transitions.get((current, target))
        if roles is None:
            return "no-such-step"
        if role not in roles:
            return "not-allowed"
        before = {} if state is None else state["fields"]
        if any(name in before and fields.get(name) != before[name] for name in self.fixed):
            return "not-as-before"
        guard = self.guards.get(target)
        return guard(worker, role, state, fields) if guard else ""

    def targets(self, current: str | None, role: Role) -> frozenset[str]:
        """What this role may set next; for offering the right buttons."""
        return frozenset(
            target for (source, target), roles in self.transitions.items() if source == current and role in roles
        )

    def reach(self, current: str | None) -> frozenset[str]:
        """What anybody may set next."""
        return frozenset(target for source, target in self.transitions if source == current)


def steps(
    sources: tuple[str | None, ...], targets: tuple[str, ...], roles: Roles
) -> dict[tuple[str | None, str], Roles]:
    """Table rows for every pair of these sources and targets."""
    return {(source, target): roles for source in sources for target in targets}
