"""Who is asking, and what they may do where: roles, grants and the principal.

Pure data. Grants stand on places in the database; here they are already resolved to the halls
below those places, so a question is a look into a set.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person or a device is in a hall. No role contains another."""

    ADMIN = "admin"
    MANAGER = "manager"
    CLERK = "clerk"
    GUIDE = "guide"
    AUDITOR = "auditor"
    KIOSK = "kiosk"
    SCREEN = "screen"
    VOICE = "voice"
    PRINTER = "printer"
    CALLER = "caller"


PEOPLE_ROLES = frozenset({Role.ADMIN, Role.MANAGER, Role.CLERK, Role.GUIDE, Role.AUDITOR})
DEVICE_ROLES = frozenset(Role) - PEOPLE_ROLES


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in some halls (None: in every hall), perhaps at one window only."""

    role: Role
    halls: frozenset[str] | None
    window: str = ""

    def covers(self, hall: str, window: str = "") -> bool:
        """Whether this hall, and this window when one is named, lie within the grant."""
        here = self.halls is None or hall in self.halls
        return here and (not window or self.window in ("", window))


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or device that has shown who it is. `id` is `person:7` or `token:12`."""

    id: str
    name: str
    grants: tuple[Grant, ...] = ()

    def may(self, roles: str | Iterable[str], hall: str, window: str = "") -> bool:
        """Whether any of these roles is held in this hall (and at this window, if named).

        The hall `""` stands for all halls at once: only a grant without limits covers it.
        Roles do not contain each other: who lets a manager do a clerk's work names both.
        """
        wanted = {roles} if isinstance(roles, str) else set(roles)
        return any(g.role in wanted and g.covers(hall, window) for g in self.grants)

    def halls(self, roles: str | Iterable[str]) -> frozenset[str] | None:
        """The halls where any of these roles is held; None means every hall."""
        wanted = {roles} if isinstance(roles, str) else set(roles)
        held = [grant.halls for grant in self.grants if grant.role in wanted]
        if None in held:
            return None
        return frozenset().union(*(halls for halls in held if halls is not None))
