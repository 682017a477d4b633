"""Invented people."""

from __future__ import annotations


def number_of(born: str, order: str = "128", region: str = "110101") -> str:
    """A number whose check character makes the sum of digit × 2^place 1 modulo 11 (ISO 7064)."""
    first = f"{region}{born}{order}"
    total = sum(int(digit) << (17 - place) for place, digit in enumerate(first))
    check = (1 - total) % 11
    return first + ("X" if check == 10 else str(check))


OLD = number_of("19550606")
YOUNG = number_of("19990909")
