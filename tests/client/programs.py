"""Programs that pretend to be those of the system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def program(folder: Path, name: str, script: str) -> Path:
    """A program of this name that runs a shell script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def first_in_path(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Programs in this folder come before the system's."""
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def alive(pid: int) -> bool:
    """Whether a process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
