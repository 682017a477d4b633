"""How lists and dataclasses stand in a file that people write: a row on a line, where it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

import yaml

from queue_server.archive.forms import TEXT, WHOLE, Form
from queue_server.archive.yaml_nodes import Path, Reader, Wrong

#: The form of a field that says no other, by its type as it is written.
BY_TYPE = {"str": TEXT, "int": WHOLE, "int | None": WHOLE}


class FlowList(list[Any]):
    """A list that is written on one line."""


class FlowMap(dict[str, Any]):
    """A mapping that is written on one line."""


def several(form: Form, flow: bool = True) -> Form:
    """A list of one form; `flow` writes it on one line."""

    def read(reader: Reader, node: yaml.Node, path: Path) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise Wrong("must be a list")
        nothing = object()
        read = (
            reader.value(form.read, child, (*path, index), nothing)
            for index, child in enumerate(node.value)
        )
        found = tuple(value for value in read if value is not nothing)
        if node.value and not found:
            # It is empty only because all of it was wrong, and that is said already.
            reader.broken.add(path)
        return found

    written: type[list[Any]] = FlowList if flow else list
    return Form(read, lambda values: written(form.write(value) for value in values))


def forms_of(cls: type[Any], **special: Form) -> dict[str, Form]:
    """The form of every field of a dataclass: the special ones, and the others by type."""
    return {f.name: special.get(f.name) or BY_TYPE[str(f.type)] for f in fields(cls)}


def row(
    cls: type[Any], *, always: tuple[str, ...] = (), flow: bool = True, **special: Form
) -> Form:
    """A dataclass as a mapping; fields with their default value may be left out.

    They are left out when written, but for those named in `always`. `flow` writes the row on
    one line, unless it holds rows itself.
    """
    forms = forms_of(cls, **special)
    reads = {name: form.read for name, form in forms.items()}

    def read(reader: Reader, node: yaml.Node, path: Path) -> Any:
        found = completed(cls, reader, path, reader.fields(node, path, reads))
        # The first field names the row: if that is a stand-in, nothing can be said of its name.
        if (*path, next(iter(forms))) in reader.broken:
            reader.broken.add(path)
        return cls(**found)

    def write(value: Any) -> dict[str, Any]:
        said = {f.name: getattr(value, f.name) for f in fields(cls)}
        kept = {
            name: forms[name].write(said[name])
            for name, default in _defaults(cls).items()
            if name in always or default is MISSING or said[name] != default
        }
        return FlowMap(kept) if flow and not any(map(_holds_rows, kept.values())) else kept

    return Form(read, write)


def completed(cls: type[Any], reader: Reader, path: Path, found: dict[str, Any]) -> dict[str, Any]:
    """What was read, with a stand-in for each needed field, so that the rest is checked too."""
    for name, default in _defaults(cls).items():
        if default is MISSING and name not in found:
            if (*path, name) not in reader.broken:
                reader.wrong((*path, name), "is missing")
            found[name] = _stand_in(cls, reader.line((*path, name)), name)
    return found


def _stand_in(cls: type[Any], line: int, name: str) -> Any:
    return f"line-{line}" if cls.__dataclass_fields__[name].type == "str" else ()


def _defaults(cls: type[Any]) -> Mapping[str, Any]:
    return {f.name: _default(f) for f in fields(cls)}


def _default(field: Field[Any]) -> Any:
    factory = field.default_factory
    return field.default if factory is MISSING else factory()


def _holds_rows(value: Any) -> bool:
    # A list in block style has a row on each of its lines.
    return isinstance(value, list) and not isinstance(value, FlowList)
