"""A measured figure: a value, the floor it is held against, both taken in the same run."""

from __future__ import annotations

from typing import TypedDict


class Figure(TypedDict):
    """`ratio` is value ÷ floor; `target` says what it must be, in words: `>= 0.7` is about the
    ratio, `<= 20 kB` about the value itself."""

    name: str
    value: float
    floor: float
    ratio: float
    unit: str
    target: str


def figure(name: str, value: float, floor: float, unit: str, target: str = "") -> Figure:
    """A figure; `target` is `>= x`, `<= x`, either with the unit behind it, or empty."""
    ratio = value / floor if floor else float("nan")
    return Figure(name=name, value=value, floor=floor, ratio=ratio, unit=unit, target=target)


def reached(one: Figure) -> bool:
    """Whether a figure is what it must be."""
    if not one["target"]:
        return True
    sign, limit, *unit = one["target"].split()
    found = one["value"] if unit else one["ratio"]
    return found >= float(limit) if sign == ">=" else found <= float(limit)
