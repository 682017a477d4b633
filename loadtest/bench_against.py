"""Two runs of the benches side by side: what changed, and what got worse by more than chance.

Compared are ratios, since both sides of a ratio are measured in one run and on one machine; of
figures whose target is about the value itself, values. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.figures import Figure

#: A figure that is taken twice in a row differs by less than this share, as a rule.
NOISE = 0.15


@dataclass(frozen=True, slots=True)
class Change:
    """One figure then and now; `share` is now ÷ then - 1, `verdict` is better, worse, same, new
    or gone."""

    name: str
    then: float | None
    now: float | None
    share: float
    verdict: str


def changes(then: Sequence[Figure], now: Sequence[Figure], noise: float = NOISE) -> list[Change]:
    """Every figure of either run, those of now first."""
    before, after = ({one["name"]: one for one in run} for run in (then, now))
    names = [*after, *(name for name in before if name not in after)]
    return [_change(name, before.get(name), after.get(name), noise) for name in names]


def _change(name: str, then: Figure | None, now: Figure | None, noise: float) -> Change:
    if then is None or now is None:
        verdict = "new" if then is None else "gone"
        return Change(name, then and _told(then), now and _told(now), 0.0, verdict)
    was, is_ = _told(then), _told(now)
    share = is_ / was - 1 if was else 0.0
    if abs(share) <= noise:
        return Change(name, was, is_, share, "same")
    better = share > 0 if more_is_better(now) else share < 0
    return Change(name, was, is_, share, "better" if better else "worse")


def _told(one: Figure) -> float:
    return one["value"] if len(one["target"].split()) > 2 else one["ratio"]


def more_is_better(one: Figure) -> bool:
    """Whether a larger figure is the better one: by its target, or by its unit when it has none:
    of things per second one wants more, of time and memory less."""
    if one["target"]:
        return one["target"].startswith(">=")
    return one["unit"].endswith("/s")
