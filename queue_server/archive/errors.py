"""What the configuration says no to.

ConfigurationError
├── Unknown          no such hall, place, person, version or token
├── Taken            the name is already somebody else's
├── Invalid          a value that cannot be stored
├── Changed          somebody else has published meanwhile
├── Used             it has come to its end already
├── NotNow           it does not stand so that this could be done
└── SignInRefused
    ├── WrongPassword    the name or the password is wrong; never says which
    └── LockedOut        too many failures; says until when
"""

from __future__ import annotations

from queue_server.domain.calling import MINUTE


class ConfigurationError(Exception):
    """A clear sentence for the person who asked; `field` names the input that was wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Unknown(ConfigurationError):
    """There is no such thing."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(field, f"there is no {field.replace('_', ' ')} {value!r}")


class Taken(ConfigurationError):
    """The name is already in use."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(field, f"{value!r} is already in use")


class Invalid(ConfigurationError):
    """A value that cannot be stored."""


class Changed(ConfigurationError):
    """What this was made from is not published any more; `version` is."""

    def __init__(self, version: int) -> None:
        super().__init__("version", f"somebody has published version {version} meanwhile")
        self.version = version


class Used(ConfigurationError):
    """What it was for has happened, so that it changes no more."""

    def __init__(self, field: str, value: object) -> None:
        super().__init__(field, f"{value!r} was used already")


class NotNow(ConfigurationError):
    """It is not in a state for this."""


class SignInRefused(ConfigurationError):
    """Nobody is signed in."""


class WrongPassword(SignInRefused):
    """The name or the password is wrong; which of them is not told."""

    def __init__(self) -> None:
        super().__init__("password", "the name or the password is wrong")


class LockedOut(SignInRefused):
    """Too many failed attempts for this name; `until` (Unix ms) it is refused unseen."""

    def __init__(self, until: int, now: int) -> None:
        minutes = max(1, -(-(until - now) // MINUTE))
        super().__init__("name", f"too many failed attempts; try again in {minutes} min")
        self.until = until
