"""What many pictures of a hall have in common is worked out once for all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from queue_server.domain.layout import Layout

Of = TypeVar("Of")
Made = TypeVar("Made")
#: Halls in which somebody works at the same time, on one server.
MOST_HALLS = 2000


class Newest(Generic[Of, Made]):
    """What was made of each hall's newest view or plan, so that all its windows share the work.

    Two are the same when they are one object: comparing what is in them would cost more.
    """

    def __init__(self, make: Callable[[Of], Made]) -> None:
        self._make = make
        self._made: OrderedDict[tuple[str, str], tuple[Of, Made]] = OrderedDict()

    def of(self, plan: Layout, thing: Of) -> Made:
        """What is made of it, once; `plan` says which hall's it is."""
        hall = (plan.tenant, plan.hall)
        known = self._made.get(hall)
        if known is None or known[0] is not thing:
            known = self._made[hall] = (thing, self._make(thing))
            if len(self._made) > MOST_HALLS:
                self._made.popitem(last=False)
        return known[1]
