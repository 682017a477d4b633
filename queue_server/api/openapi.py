"""`/openapi.json` (3.1), written from the declarations that validate."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from starlette.routing import BaseRoute, Route

from queue_server.api.alarms import Acknowledged
from queue_server.api.bookings import CODE, Booked
from queue_server.api.commands import BY_LINK, COMMANDS, Command
from queue_server.api.hooks import BODIES as HOOK_BODIES
from queue_server.api.hooks import LARGEST_ID
from queue_server.api.people import Credentials
from queue_server.api.plans import Draft
from queue_server.api.queries import QUERIES
from queue_server.api.staff import Engaged
from queue_server.api.work_orders import BODIES, ID
from queue_server.domain.refusals import REFUSALS

Json = dict[str, Any]
PLAIN = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,32}$"}
#: Words of paths that are no plain ones.
PATH_WORDS: dict[str, Json] = {
    "token": {"type": "string", "maxLength": 200},
    "code": {"type": "string", "pattern": f"^{CODE.pattern}$"},
    "picture": {"type": "string", "examples": ["board", "zone:main", "sign:3", "window:3"]},
    "hook": {"type": "integer", "minimum": 1, "maximum": LARGEST_ID},
    "order": {"type": "string", "pattern": f"^{ID.pattern}$"},
}
OBJECT = {"type": "object"}
#: Last part of a path → the type of an answer that is no JSON.
PLAIN_TEXT = {"metrics": "text/plain", "tickets.csv": "text/csv"}
_TIMES = "Times are integer milliseconds (Unix)."

_ERRORS = {
    "401": "Not signed in.",
    "403": "Not allowed here.",
    "404": "There is no such hall, window or ticket.",
    "409": "Refused: the rules say no.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "Something in the request makes no sense; `field` says what.",
    "429": "Too many requests.",
    "503": "The hall's memory is away for the moment; nothing was done.",
}


def document(routes: Iterable[BaseRoute]) -> Json:
    """The whole document; `routes` are those of reads, people, visitors and operators."""
    paths: dict[str, Json] = {}
    for command in COMMANDS.values():
        paths[f"/api/v1/halls/{{hall}}/{command.name}"] = {"post": _command(command)}
    for route in routes:
        if isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                paths.setdefault(_plain(route.path), {})[method.lower()] = _route(route, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Jiaohao 叫号",
            "version": _version(),
            "description": f"Queues of government service halls. {_TIMES}",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _security()},
        "security": [{"bearer": []}, {"session": []}],
    }


def _version() -> str:
    try:
        return version("jiaohao")
    except PackageNotFoundError:
        # Run from a folder that was not installed.
        return "0"


def _schemas() -> Json:
    codes = ", ".join(sorted(REFUSALS))
    event = {
        "type": "object",
        "required": ["kind", "day", "seq", "at"],
        "properties": {
            "kind": {"type": "string"},
            "day": {"type": "string"},
            "seq": {"type": "integer"},
            "at": {"type": "integer"},
        },
        "description": "What happened. Readers ignore fields and kinds that they don't know.",
    }
    problem = {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string", "description": f"A word for machines, such as {codes}."},
            "message": {"type": "string", "description": "A sentence for people."},
            "field": {"type": "string", "description": "Which word of the request is wrong."},
            "until": {"type": "integer", "description": "When a locked name is free again."},
        },
    }
    return {
        "Event": event,
        "Events": {
            "type": "object",
            "required": ["events"],
            "properties": {
                "events": {"type": "array", "items": _ref("Event")},
                "link": {"type": "string", "description": "The visitor's own page (take only)."},
            },
        },
        "Problem": problem,
    }


def _security() -> Json:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "From `jiaohao token`."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "jiaohao_session",
            "description": "From /api/v1/sign-in. Unsafe requests must carry our own Origin.",
        },
    }


def _command(command: Command) -> Json:
    told = [command.more] if command.more else []
    told.append(f"Roles: {', '.join(sorted(command.roles))}.")
    return {
        "operationId": command.name,
        "summary": command.sentence,
        "description": " ".join(told),
        "tags": ["commands"],
        "parameters": [_path_word("hall"), _key()],
        "requestBody": {"required": True, "content": _json(command.adapter.json_schema())},
        "responses": _responses(_ref("Events"), _ERRORS),
    }


def _plain(path: str) -> str:
    """A path as OpenAPI writes it: `{hook:int}` says there in its schema what it is."""
    return re.sub(r":\w+}", "}", path)


def _route(route: Route, method: str) -> Json:
    words = [part[1:-1] for part in _plain(route.path).split("/") if part.startswith("{")]
    parameters = [_path_word(word) for word in words]
    for name, schema, sentence in QUERIES.get(route.path, ()):
        parameters.append({"name": name, "in": "query", "schema": schema, "description": sentence})
    described: Json = {
        "operationId": route.name.replace(" ", "_"),
        "summary": _sentence(route.endpoint),
        "parameters": parameters,
        "responses": _responses(OBJECT, _errors_of(route)),
    }
    if not _signed_in(route.path):
        described["security"] = []
    if method in ("POST", "PUT"):
        described |= _posted(route)
    if media := PLAIN_TEXT.get(route.path.rpartition("/")[2]):
        described["responses"]["200"]["content"] = {media: {"schema": {"type": "string"}}}
    return described


def _posted(route: Route) -> Json:
    verb = route.path.rpartition("/")[2]
    if verb in BY_LINK:
        command = COMMANDS[verb]
        return {
            "summary": command.sentence,
            "parameters": [_path_word("token"), _key()],
            "requestBody": {"content": _json(command.adapter_by_link.json_schema())},
            "responses": _responses(_ref("Events"), _ERRORS),
        }
    if verb == "sign-in":
        return _body(Credentials.model_json_schema())
    if verb == "acknowledge":
        return _body(Acknowledged.model_json_schema())
    if verb == "{code}":
        return _body(Booked.model_json_schema())
    if "/work_orders/" in route.path:
        return _body(BODIES[verb].model_json_schema())
    if "/hooks" in route.path:
        return _body(HOOK_BODIES[route.name].model_json_schema())
    if "/people/" in route.path:
        return _body(Engaged.model_json_schema())
    if verb == "layout":
        return _body(Draft.model_json_schema())
    return {}


def _body(schema: Json) -> Json:
    return {"requestBody": {"required": True, "content": _json(schema)}}


def _signed_in(path: str) -> bool:
    return path.startswith("/api/v1/") and not path.startswith(
        ("/api/v1/tickets/", "/api/v1/sign-")
    )


def _errors_of(route: Route) -> dict[str, str]:
    if not route.path.startswith("/api/v1/"):
        return {"503": _ERRORS["503"]} if route.path == "/readyz" else {}
    return _ERRORS if "POST" in (route.methods or ()) else _ERRORS | {"422": _ERRORS["422"]}


def _responses(content: Json, errors: dict[str, str]) -> Json:
    good = {"200": {"description": "Done.", "content": _json(content)}}
    return good | {
        status: {"description": said, "content": _json(_ref("Problem"))}
        for status, said in errors.items()
    }


def _path_word(name: str) -> Json:
    schema = PATH_WORDS.get(name, PLAIN)
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _key() -> Json:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
        "description": "The command's id: the same again answers with the first events.",
    }


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _sentence(endpoint: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(endpoint) or "").partition("\n\n")[0].split())
