"""What the commands share that somebody types: settings with their log, and a sentence at the end.

Light on purpose: every command imports it, whatever else it needs.
"""

from __future__ import annotations

import getpass
import logging
from typing import NoReturn

from rich.console import Console
from rich.logging import RichHandler

from ops import settings
from ops.settings import Settings

err = Console(stderr=True)


def stop(sentence: str) -> NoReturn:
    """Say what is wrong, and leave with exit code 1."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(1)


def settings_with_log() -> Settings:
    """The settings; from now on what is logged goes to the terminal. Raises `BadSetting`."""
    found = settings.read()
    logging.basicConfig(
        level=found.log.upper(),
        format="%(message)s",
        handlers=[RichHandler(console=err)],
        force=True,
    )
    # What others say of every step they take is of no use to a hall.
    for chatty in ("alembic", "httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    return found


def at_the_shell() -> str:
    """Who types this, for the auditor's book."""
    try:
        return f"shell:{getpass.getuser()}"
    except (KeyError, OSError):
        return "shell"  # A container may have nobody of that number.
