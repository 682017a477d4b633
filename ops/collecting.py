"""The garbage collector of a process that is to be quick: it stands in nobody's way."""

from __future__ import annotations

import asyncio
import gc

#: How many new objects make the garbage collector look at them, and how many such looks make it
#: look at those again that were there before; it never looks at everything by itself.
COLLECTED = (10_000, 50, 1_000_000_000)
#: How often it is told to look at everything (s).
ALL_COLLECTED = 600.0


async def collect_seldom() -> None:
    """Collect little, until it is cancelled.

    What is loaded by now stays: the collector need not look at it again and again. What comes is
    mostly let go without it, and a look at the lines of thousands of screens takes a tenth of a
    second, in which nobody is called; a look at the days of a city's halls, in which nothing is
    written down, takes as long.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED)
    while True:
        await asyncio.sleep(ALL_COLLECTED)
        gc.collect()
