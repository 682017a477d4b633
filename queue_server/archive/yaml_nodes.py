"""Read YAML that anybody may have written, and remember on which line everything stood.

Nothing in the file is ever turned into an object here: only its nodes are looked at. Tags,
aliases, great depth and great size have no use in a hall file and are refused before the nodes
are made, so a file cannot make the reader work long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

LARGEST = 1_000_000
DEEPEST = 12

#: The parser in C where PyYAML has it: ten times as fast, with the same marks.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Where something stands in a file, from the top: `("lanes", 2, "prefix")`.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """Something wrong in a file: its line (from 1), where that is, and what."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.path}{': ' if self.path else ''}{self.message}"


class FileError(ValueError):
    """A file that cannot be used; `problems` lists everything that is wrong, line by line."""

    def __init__(self, problems: list[FileProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Wrong(Exception):
    """A value that is not what should stand there, in words."""


Read = Callable[["Reader", yaml.Node, Path], Any]


class Reader:
    """Collects what is wrong with a file while its nodes are turned into values.

    `broken` are the paths where something was found already, so that what only follows from it
    need not be told again.
    """

    def __init__(self) -> None:
        self.problems: list[FileProblem] = []
        self.broken: set[Path] = set()
        self._lines: dict[Path, int] = {}

    def line(self, path: Path) -> int:
        """The line of this path, or of the nearest thing around it that the file has."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def wrong(self, path: Path, message: str) -> None:
        """Note what is wrong at a path."""
        self.broken.add(path)
        where = "/".join(map(str, path))
        self.problems.append(FileProblem(self.line(path), where, message))

    def value(self, read: Read, node: yaml.Node, path: Path, otherwise: Any) -> Any:
        """What `read` makes of a node; when that is wrong, a note of it, and `otherwise`."""
        self._lines[path] = _line(node)
        try:
            return read(self, node, path)
        except Wrong as wrong:
            self.wrong(path, str(wrong))
            return otherwise

    def entries(self, node: yaml.Node, path: Path) -> Iterator[tuple[str, yaml.Node]]:
        """The keys and values of a mapping; a key that comes again is noted and left out."""
        if not isinstance(node, yaml.MappingNode):
            raise Wrong("must be a mapping (key: value)")
        seen: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            self._lines[(*path, name)] = _line(key)
            if not isinstance(key, yaml.ScalarNode):
                self.wrong((*path, name), "a key must be a word")
            elif name in seen:
                self.wrong((*path, name), "this key stands here twice")
            else:
                yield name, value
            seen.add(name)

    def fields(self, node: yaml.Node, path: Path, known: Mapping[str, Read]) -> dict[str, Any]:
        """The values of a mapping by key, without those that are wrong or not known."""
        found: dict[str, Any] = {}
        nothing = object()
        for name, child in self.entries(node, path):
            if name not in known:
                self.wrong((*path, name), f"is not known here; known are {', '.join(known)}")
                continue
            value = self.value(known[name], child, (*path, name), nothing)
            if value is not nothing:
                found[name] = value
        return found


def compose(text: str) -> yaml.Node:
    """The top node of a YAML file; raises `FileError` with the line of what cannot be read."""
    if len(text) > LARGEST:
        raise FileError([FileProblem(1, "", f"the file is larger than {LARGEST} characters")])
    try:
        if strange := list(_strange(text)):
            raise FileError(strange)
        node = yaml.compose(text, Loader=LOADER)
    except UnicodeEncodeError as error:
        at = text.count("\n", 0, error.start) + 1
        raise FileError([FileProblem(at, "", "this is not text")]) from None
    except yaml.YAMLError as error:
        raise FileError([_unreadable(error, text)]) from None
    if node is None:
        raise FileError([FileProblem(1, "", "the file is empty")])
    return node


def _strange(text: str) -> Iterator[FileProblem]:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = _line(event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise FileError([FileProblem(line, "", "this is nested too deep")])
        if isinstance(event, yaml.AliasEvent):
            yield FileProblem(line, "", f"aliases (*{event.anchor}) are not read here")
        if tag := getattr(event, "tag", None):
            yield FileProblem(line, "", f"tags ({tag}) are not read here")


def _line(part: Any) -> int:
    # Marks count from 0; nodes and events both have them.
    line: int = part.start_mark.line
    return line + 1


def _unreadable(error: yaml.YAMLError, text: str) -> FileProblem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        said = f"{error.context or ''} {error.problem or ''}".strip()
        return FileProblem(error.problem_mark.line + 1, "", f"this is not YAML: {said}")
    position = getattr(error, "position", None) or 0
    return FileProblem(text.count("\n", 0, position) + 1, "", f"this is not YAML: {error}")
