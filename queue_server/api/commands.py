"""Every command, once: its words, who may say it, and its one sentence.

The words are those of the verbs of `domain.hall.Hall`; a verb is a method that ends in
`self.do(…)`. Validation, the routes and the OpenAPI document all come from this table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, NamedTuple, NotRequired, cast, get_type_hints

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from queue_server.api.auth import Caller
from queue_server.api.words import MEANING, default_of, json_name, rule_of
from queue_server.archive.principals import DEVICE_ROLES, Role
from queue_server.domain.hall import Hall, How
from queue_server.domain.refusals import Invalid
from queue_server.engine.redis_hall import RedisHall

LEADERS = frozenset({Role.ADMIN, Role.MANAGER})
GUIDES = LEADERS | {Role.GUIDE}
DESKS = GUIDES | {Role.KIOSK}
#: A hardware caller is one more pair of hands at its window.
CLERKS = LEADERS | {Role.CLERK, Role.CALLER}
STAFF = GUIDES | CLERKS

#: command → who may say it. An admin stands in for a device while one is set up.
ROLES: dict[str, frozenset[Role]] = {
    **dict.fromkeys(("open_day", "close_day", "set_mode", "broadcast", "change_layout"), LEADERS),
    **dict.fromkeys(("take", "cancel", "away", "back"), DESKS),
    **dict.fromkeys(("reinstate", "add_step", "unhold", "transfer"), STAFF),
    "reclassify": GUIDES,
    "rate": LEADERS | {Role.KIOSK, Role.SCREEN, Role.CALLER},
    **dict.fromkeys(("open_window", "close_window", "pause", "unpause", "undo"), CLERKS),
    **dict.fromkeys(("call_next", "call", "recall", "start", "finish", "no_show"), CLERKS),
    **dict.fromkeys(("hold", "requeue", "skip", "quick", "assist"), CLERKS),
    **dict.fromkeys(("assist_accept", "assist_done"), STAFF),
    "announced": frozenset({Role.VOICE, Role.ADMIN}),
    "shown": frozenset({Role.SCREEN, Role.ADMIN}),
    **dict.fromkeys(("printed", "print_failed"), frozenset({Role.PRINTER, Role.KIOSK, Role.ADMIN})),
    "reprint": DESKS | {Role.PRINTER},
    "device_seen": DEVICE_ROLES | STAFF,
}

#: Commands in which a clerk speaks for a window, so that the engine asks whose seat it is.
FROM_THE_SEAT = frozenset(name for name, roles in ROLES.items() if roles == CLERKS) | {
    "unhold",
    "transfer",
}

#: What the visitor may say with the ticket's own link.
BY_LINK = ("cancel", "away", "back", "rate")


class Word(NamedTuple):
    """One argument of a command; `default` is None when it must be given."""

    name: str
    rule: Any
    default: Any


@dataclass(frozen=True)
class Command:
    """A command as HTTP knows it."""

    name: str
    sentence: str
    more: str
    words: tuple[Word, ...]
    roles: frozenset[Role]
    verb: Callable[..., Any] = field(repr=False)

    @cached_property
    def adapter(self) -> TypeAdapter[dict[str, Any]]:
        """What its body must be."""
        return _adapter(self.name, self.words)

    @cached_property
    def adapter_by_link(self) -> TypeAdapter[dict[str, Any]]:
        """What its body must be when it is said by link."""
        own = tuple(word for word in self.words if word.name not in ("ticket", "source"))
        return _adapter(f"{self.name}_by_link", own)

    @cached_property
    def largest(self) -> int:
        """How many bytes its body may have; a whole plan is longer than anything else."""
        carries_plan = any(word.name == "layout" for word in self.words)
        return 2 * 1024 * 1024 if carries_plan else 64 * 1024

    @cached_property
    def spellings(self) -> tuple[tuple[str, str], ...]:
        """Words that JSON spells in another way than Python: `(class, class_)`."""
        names = (word.name for word in self.words)
        return tuple((json_name(name), name) for name in names if json_name(name) != name)

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return {word.name: word.default for word in self.words if word.default is not None}

    def spoken(self, words: dict[str, Any]) -> dict[str, Any]:
        """What the verb itself would say to a hall, given these words."""
        said = self._defaults | words
        if self.name == "take":
            service = said.pop("service")
            said["services"] = said["services"] or (service,)
        return said

    def read(self, body: bytes) -> dict[str, Any]:
        """The words of a body, as Python spells them; raises `Invalid` with the field."""
        return self._read(self.adapter, body)

    def read_by_link(self, body: bytes) -> dict[str, Any]:
        """The same from a visitor, whose link says which ticket and where from."""
        return self._read(self.adapter_by_link, body)

    def _read(self, adapter: TypeAdapter[dict[str, Any]], body: bytes) -> dict[str, Any]:
        try:
            words = adapter.validate_json(body or b"{}")
        except ValidationError as wrong:
            raise invalid(wrong) from None
        for spelled, name in self.spellings:
            if spelled in words:
                words[name] = words.pop(spelled)
        return words

    async def say(
        self, hall: RedisHall, words: dict[str, Any], who: Caller, how: How
    ) -> list[dict[str, Any]]:
        """Say it to a hall in somebody's name; answers with the events as JSON's own types."""
        how["by"] = who.id
        if self.name == "take":
            source = _source(who, hall.id)
            if source and words.get("source", "").partition("-")[0] != source:
                words["source"] = source
        elif self.name == "assist_accept":
            words["helper"] = words.get("helper") or who.id
        clerk = self._clerk(who, hall)
        if self.name == "open_window":
            words["clerk"] = clerk or words.get("clerk") or who.id
        elif clerk and self.name in FROM_THE_SEAT and words.get("window"):
            words["clerk"] = clerk
        return await hall.told(self.name, how, **self.spoken(words))

    @staticmethod
    def _clerk(who: Caller, hall: Hall) -> str:
        """Who must be the one that sits at the window; "" when that is not asked: leaders stand in
        for anybody, and a token is a machine, whoever sits at it."""
        return who.id if who.is_person and not who.may(LEADERS, hall.id) else ""

    def allowed(self, who: Caller, hall: str, words: dict[str, Any]) -> bool:
        """Whether somebody who has the role may say these very words."""
        if self.name == "transfer" and not words.get("window"):
            return who.may(GUIDES, hall)
        if self.name in ("assist_accept", "assist_done"):
            # The helper comes from another window.
            return True
        window = words.get("window", "")
        return not window or who.may(self.roles, hall, window)


def _source(who: Caller, hall: str) -> str:
    roles = who.roles(hall)
    if Role.KIOSK in roles:
        return "kiosk"
    return "guide" if Role.GUIDE in roles else ""


def invalid(wrong: ValidationError) -> Invalid:
    """What pydantic found, in our words: one thing that is wrong, and its field."""
    found = wrong.errors(include_url=False, include_input=False)
    # A misspelled word explains the one that is missing.
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    field_ = str(first["loc"][0])[:64] if first["loc"] else "body"
    field_ = field_ if field_.isprintable() else "body"
    if first["type"] == "string_pattern_mismatch":
        said = MEANING[first["ctx"]["pattern"]]
    elif first["type"] == "extra_forbidden":
        said = "is not a word of this command"
    elif first["type"] == "missing":
        said = "must be given"
    else:
        said = first["msg"].replace("Input should", "should").replace("String should", "should")
    return Invalid(f"{field_}: {said}.", field_)


# Types that are made as the program runs are beyond what a checker can follow.
_annotated: Any = Annotated


def _adapter(name: str, words: tuple[Word, ...]) -> TypeAdapter[dict[str, Any]]:
    body: dict[str, Any] = {}
    for word in words:
        shown = {} if word.default is None else {"default": default_of(word.default)}
        rule = Field(json_schema_extra=shown)
        typed = _annotated[word.rule, rule]
        body[json_name(word.name)] = typed if word.default is None else NotRequired[typed]
    made = cast(Any, TypedDict)(name, body)
    made.__pydantic_config__ = ConfigDict(extra="forbid", strict=True)
    return TypeAdapter(made)


def _command(name: str, verb: Callable[..., Any]) -> Command:
    sentence, _, more = (inspect.getdoc(verb) or "").partition("\n\n")
    hints = get_type_hints(verb)
    words = tuple(
        _word(parameter, hints[parameter.name])
        for parameter in inspect.signature(verb).parameters.values()
        if parameter.name not in ("self", "how")
    )
    return Command(
        name, " ".join(sentence.split()), " ".join(more.split()), words, ROLES[name], verb
    )


def _word(parameter: inspect.Parameter, hint: object) -> Word:
    required = parameter.default is parameter.empty
    default = None if required else parameter.default
    return Word(parameter.name, rule_of(parameter.name, hint, required), default)


def _verbs() -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, member in vars(Hall).items():
        if inspect.iscoroutinefunction(member) and "do" in member.__code__.co_names:
            yield name, member


#: name → command, in the order of the port
COMMANDS: dict[str, Command] = {name: _command(name, verb) for name, verb in _verbs()}
