"""Which command may meet a ticket in which state: the one table, for Python and for Lua.

The engine writes `MAY` into the Lua library when it is built, so the two cannot disagree.
Device reports (`announced`, `shown`, `printed`, …) state facts and are heard in every state.
"""

from __future__ import annotations

from queue_server.domain.tickets import LIVE, State

WAITING, CALLED, SERVING, HELD = State.WAITING, State.CALLED, State.SERVING, State.HELD
AT_WINDOW = frozenset({CALLED, SERVING})

#: command → the states in which a ticket may meet it
MAY: dict[str, frozenset[State]] = {
    "call_next": frozenset({WAITING}),
    "call": frozenset({WAITING, HELD}),
    "recall": frozenset({CALLED}),
    "start": frozenset({CALLED}),
    "finish": AT_WINDOW,
    "no_show": frozenset({CALLED}),
    "hold": AT_WINDOW,
    "unhold": frozenset({HELD}),
    "requeue": AT_WINDOW,
    "skip": frozenset({CALLED}),
    "transfer": LIVE,
    "add_step": LIVE,
    "cancel": frozenset({WAITING, CALLED, HELD}),
    "reinstate": frozenset({State.NO_SHOW}),
    "away": frozenset({WAITING}),
    "back": frozenset({WAITING}),
    "reclassify": frozenset({WAITING, HELD}),
    "reprint": LIVE | {State.NO_SHOW},
    "rate": frozenset({SERVING, State.SERVED}),
}

#: state → the states that can follow it (undo, which goes back one step, is not drawn)
FOLLOWS: dict[State, frozenset[State]] = {
    WAITING: frozenset({CALLED, State.CANCELLED, State.EXPIRED}),
    CALLED: frozenset(
        {WAITING, SERVING, HELD, State.SERVED, State.NO_SHOW, State.CANCELLED, State.EXPIRED}
        # What was left at a window that was lost is called by a neighbour.
        | {CALLED}
    ),
    SERVING: frozenset({WAITING, CALLED, HELD, State.SERVED, State.EXPIRED}),
    HELD: frozenset({WAITING, CALLED, State.CANCELLED, State.EXPIRED}),
    State.NO_SHOW: frozenset({WAITING}),
    State.SERVED: frozenset(),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
}
