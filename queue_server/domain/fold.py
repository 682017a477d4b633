"""Fold an event into a draft: which function it is for each kind."""

from __future__ import annotations

from queue_server.domain.draft import Draft, Folds
from queue_server.domain.events import Event
from queue_server.domain.hall_folds import HALL_FOLDS
from queue_server.domain.ticket_folds import TICKET_FOLDS

FOLDS: Folds = TICKET_FOLDS | HALL_FOLDS


def fold(draft: Draft, event: Event) -> None:
    """Let one event change the draft; one it has seen already changes nothing."""
    if event.seq > draft.seq:
        FOLDS[type(event)](draft, event)
        draft.seq, draft.at = event.seq, event.at
