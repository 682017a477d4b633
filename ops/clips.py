"""`jiaohao voice build`: make the clips from which the voice joins its calls."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from ops import settings
from ops.settings import BadSetting
from voice.building import build
from voice.languages import Language, language
from voice.synthesizers import synthesizer

USUAL = ("zh-CN", "en")

app = typer.Typer(help="What is said.", no_args_is_help=True)


@app.command("build")
def command(
    folder: Annotated[Path | None, typer.Argument(help="where to; data/clips if none")] = None,
    languages: Annotated[
        list[str] | None, typer.Option("--language", help="which; zh-CN and en if none")
    ] = None,
    engine: Annotated[
        str, typer.Option(help="who says the words: a synthesizer's URL")
    ] = "espeak:",
) -> None:
    """Make the clips that calls are joined from; a word that was recorded stays as it is."""
    found = settings.read()
    to = folder or found.data / "clips"
    known = [_known(code) for code in languages or USUAL]
    try:
        voice = synthesizer(engine, found.data / "voice")
    except ValueError as error:
        raise BadSetting(f"--engine: {error}") from error
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("words", total=None)
        made = asyncio.run(
            build(to, known, voice, lambda p: bar.update(task, total=p.total, completed=p.done))
        )
    Console().print(f"{made.made} clips made, {made.total} in {to}.", markup=False, soft_wrap=True)


def _known(code: str) -> Language:
    try:
        return language(code)
    except LookupError as unknown:
        raise BadSetting(f"--language: {unknown.args[0]}") from None
