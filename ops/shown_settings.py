"""`jiaohao settings`: every setting, as it is now."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from ops import settings
from ops.terminal import settings_with_log


def show() -> None:
    """Every setting: its variable, its value now, and what it is for."""
    table = Table("variable", "value", "meaning")
    for row in settings.table(settings_with_log()):
        table.add_row(*row)
    Console().print(table)
