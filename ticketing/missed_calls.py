"""Say the rule for missed calls (过号) in words, from the numbers that the hall has set. Pure."""

from __future__ import annotations

from queue_server.domain.calling import SECOND, CallingRule
from queue_server.domain.layout import Service
from ticketing.slip_words import Words


def sentences(rule: CallingRule, service: Service | None, words: Words) -> str:
    """When a call counts as missed, and what follows; a service may have numbers of its own."""
    missed = words.missed.format(when=_when(rule, service, words))
    return words.space.join((missed, _afterwards(rule, words)))


def _when(rule: CallingRule, service: Service | None, words: Words) -> str:
    calls, grace = rule.min_calls, rule.grace
    if service:
        calls = calls if service.min_calls is None else service.min_calls
        grace = grace if service.grace is None else service.grace
    called = words.calls.format(calls=max(calls, 1))
    if grace < SECOND:
        return called
    return words.both.format(calls=called, grace=words.grace.format(seconds=grace // SECOND))


def _afterwards(rule: CallingRule, words: Words) -> str:
    allowed = rule.misses_allowed
    if not allowed:
        return words.void_at_once
    first = words.back_behind if rule.back_behind else words.back_own
    told = [first.format(behind=rule.back_behind)]
    if allowed > 1:
        told.append(words.back_end.format(times=2 if allowed == 2 else f"2-{allowed}"))
    return words.pause.join((*told, words.void.format(times=allowed + 1)))
