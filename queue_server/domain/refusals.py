"""Every reason to say no: code ⇄ class ⇄ HTTP status.

    Refused
    ├── Invalid          422  the words make no sense; `field` names which
    ├── NoTicket         404
    ├── NotYours         403
    ├── Unavailable      503  the memory is away for the moment; nothing is lost
    └── everything else  409  the rules say no

A refusal is ordinary speech: a word for machines and a sentence for people.
"""

from __future__ import annotations

from typing import ClassVar


class Refused(Exception):
    """The rules say no, and nothing has changed."""

    code: ClassVar[str] = "REFUSED"
    status: ClassVar[int] = 409

    def __init__(self, message: str = "", field: str = "") -> None:
        super().__init__(message or type(self).__doc__ or self.code)
        self.field = field

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self.args[0])

    def to_dict(self) -> dict[str, str]:
        """The answer's body."""
        told = {"code": self.code, "message": self.message}
        return told | {"field": self.field} if self.field else told


class Invalid(Refused):
    """Something in the request makes no sense."""

    code = "INVALID"
    status = 422


class NoTicket(Refused):
    """There is no such ticket today."""

    code = "NO_TICKET"
    status = 404


class NoHall(Refused):
    """There is no such hall."""

    code = "NO_HALL"
    status = 404


class NotYours(Refused):
    """Another clerk sits at this window."""

    code = "NOT_YOURS"
    status = 403


class Unavailable(Refused):
    """The hall's memory is away for the moment; please try again."""

    code = "UNAVAILABLE"
    status = 503


class Nobody(Refused):
    """Nobody is waiting for this window."""

    code = "NOBODY"


class Busy(Refused):
    """The window still has a ticket."""

    code = "BUSY"


class Idle(Refused):
    """The window has no ticket."""

    code = "IDLE"


class NotOpen(Refused):
    """The window is not open."""

    code = "CLOSED"


class Paused(Refused):
    """The window is paused."""

    code = "PAUSED"


class AlreadyOpen(Refused):
    """The window is open already."""

    code = "OPEN"


class WrongState(Refused):
    """The ticket is not in a state for this."""

    code = "WRONG_STATE"


class TooSoon(Refused):
    """Not yet: the visitor still has time to come."""

    code = "TOO_SOON"


class ThirdMiss(Refused):
    """The ticket was missed too often and is closed."""

    code = "MISSED_TOO_OFTEN"


class Away(Refused):
    """The visitor has stepped out."""

    code = "AWAY"


class Elsewhere(Refused):
    """The ticket is at another window."""

    code = "ELSEWHERE"


class DayIsClosed(Refused):
    """The hall is closed."""

    code = "DAY_CLOSED"


class DayIsOpen(Refused):
    """The hall is open already."""

    code = "DAY_OPEN"


class HallClosed(Refused):
    """The hall gives no tickets now."""

    code = "HALL_CLOSED"


class AppointmentOnly(Refused):
    """The hall takes booked visitors only; please ask at the guide desk."""

    code = "APPOINTMENT_ONLY"


class OutOfHours(Refused):
    """This service is not given at this hour."""

    code = "OUT_OF_HOURS"


class Quota(Refused):
    """There are no more tickets for this service."""

    code = "QUOTA"


class Duplicate(Refused):
    """This person has a ticket for this service already."""

    code = "DUPLICATE"


class Rated(Refused):
    """This visit has its rating already."""

    code = "RATED"


class NothingToUndo(Refused):
    """There is nothing to undo, or somebody has acted on it since."""

    code = "NOTHING_TO_UNDO"


class NoAssist(Refused):
    """Nobody asked for help here, or somebody is coming already."""

    code = "NO_ASSIST"


class Repeated(Refused):
    """This command id was used for another command."""

    code = "REPEATED"


#: code → class, for everything a hall can refuse
REFUSALS: dict[str, type[Refused]] = {
    cls.code: cls
    for cls in list(globals().values())
    if isinstance(cls, type) and issubclass(cls, Refused)
}


def refusal(code: str, message: str = "", field: str = "") -> Refused:
    """The refusal that goes by `code`; an unknown code is a plain `Refused`."""
    return REFUSALS.get(code, Refused)(message, field)
