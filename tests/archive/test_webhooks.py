"""Who is told what, and what is on its way: on every database."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from queue_server.archive.configuration import Configuration
from queue_server.archive.deliveries import (
    DEAD,
    DONE,
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    MOST_REFUSALS,
    WAITING,
    Deliveries,
    Letter,
    News,
    pause_after,
    refuses,
)
from queue_server.archive.errors import ConfigurationError, Invalid, Unknown
from queue_server.archive.memory import DayRow
from queue_server.archive.places import Level, Place
from queue_server.archive.webhooks import HookEntry, Webhooks, secret_key
from queue_server.domain.calendar import Calendar
from tests.archive.halls import town_hall

URL = "https://platform.example/in"
CITY, EAST = Place(Level.CITY, "市"), Place(Level.TOWN, "东镇")


@pytest.fixture
def hooks(configuration: Configuration) -> Webhooks:
    """A town hall below a place, and one that is nowhere."""
    layout = town_hall()
    configuration.publish(layout, Calendar.always(), "test", 0, (CITY, EAST))
    configuration.publish(replace(layout, hall="alone"), Calendar.always(), "test", 0)
    return Webhooks(configuration.database)


@pytest.fixture
def post(configuration: Configuration) -> Deliveries:
    return Deliveries(configuration.database)


def hook_of(hooks: Webhooks, *kinds: str, **words: object) -> HookEntry:
    where = words or {"hall": town_hall().hall}
    return hooks.add(URL, kinds or ("*",), 1_000, **where)  # type: ignore[arg-type]  # a test's


def letter(seq: int, kind: str = "ticket.taken") -> Letter:
    return Letter(f"hall/d/{seq}", kind, seq, f'{{"seq":{seq}}}')


def news(after: int, until: int, hall: str = "hall") -> News:
    return News(hall, "2026-03-02", after, until)


def test_a_hook_hears_of_its_halls(configuration: Configuration, hooks: Webhooks) -> None:
    """One hall, those below a place, or a whole tenant: also what is built later."""
    hall, tenant = town_hall().hall, town_hall().tenant
    place = configuration.place(tenant, "市")
    assert hook_of(hooks).halls == {hall}
    assert hook_of(hooks, place=place.id).halls == {hall}
    wide = hook_of(hooks, tenant=tenant)
    assert wide.halls == {hall, "alone"}
    configuration.publish(replace(town_hall(), hall="new"), Calendar.always(), "test", 0, (CITY,))
    assert hooks.hook(wide.id).halls == {hall, "alone", "new"}
    assert [one.halls for one in hooks.hooks()] == [{hall}, {hall, "new"}, {hall, "alone", "new"}]


def test_a_secret_is_made_or_brought(hooks: Webhooks) -> None:
    """256 bits of our own; what a platform gave us is kept as it is written."""
    one, two = hook_of(hooks), hook_of(hooks)
    assert one.secret != two.secret
    assert len(secret_key(one.secret)) == 32
    brought = base64.b64encode(b"four and twenty bytes it has").decode()
    third = hooks.add(URL, ["*"], 0, hall=town_hall().hall, secret=brought)
    assert third.secret == f"whsec_{brought}"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("url", {"url": "ftp://platform.example"}),
        ("url", {"url": "https://"}),
        ("url", {"url": "https://me:secret@platform.example/"}),
        ("url", {"url": "https://platform.example/#here"}),
        ("url", {"url": "https://platform.example:99999/"}),
        ("url", {"url": "https://platform.example/in\nX: y"}),
        ("url", {"url": "https://平台.example/"}),
        ("kinds", {"kinds": []}),
        ("kinds", {"kinds": ["ticket.eaten"]}),
        ("secret", {"secret": "short"}),
        ("secret", {"secret": "whsec_" + base64.b64encode(bytes(8)).decode()}),
        ("near", {"near": 51}),
        ("label", {"label": "two\nlines"}),
        ("hall", {"hall": "nowhere"}),
        ("place", {"hall": "", "place": 99}),
        ("place", {"place": 1}),
        ("tenant", {"hall": "", "tenant": "nobody"}),
        ("tenant", {"hall": ""}),
    ],
)
def test_what_makes_no_sense_is_refused(
    hooks: Webhooks, field: str, words: dict[str, object]
) -> None:
    """By the name of what is wrong, and nothing is kept."""
    good = {"url": URL, "kinds": ["*"], "now": 0, "hall": town_hall().hall}
    with pytest.raises(ConfigurationError) as refused:
        hooks.add(**(good | words))  # type: ignore[arg-type]  # a test's words
    assert refused.value.field == field
    assert hooks.hooks() == ()


def test_what_is_derived_is_told_by_name_only(hooks: Webhooks) -> None:
    """All that a hall tells is not all that can be made of it."""
    assert hook_of(hooks, "*").wants("ticket.called")
    assert not hook_of(hooks, "*").wants("ticket.near")
    assert hook_of(hooks, "*", "ticket.near").wants("ticket.near")
    assert not hook_of(hooks, "ticket.near").wants("ticket.called")


def test_a_place_in_the_log_moves_with_what_is_written(hooks: Webhooks, post: Deliveries) -> None:
    """Two who read the same events write them once; a letter's name stands once, too."""
    hook = hook_of(hooks)
    assert post.write(hook.id, news(0, 9), 4, [letter(2), letter(4)])
    assert not post.write(hook.id, news(0, 9), 4, [letter(2), letter(4)])
    assert post.write(hook.id, news(4, 9), 9, [letter(4), letter(9), letter(9)])
    assert [one.seq for one in post.next(hook.id, "hall")] == [2, 4, 9]
    assert not post.write(99, news(0, 9), 4, [letter(2)])


def test_only_the_first_of_a_line_is_sent(hooks: Webhooks, post: Deliveries) -> None:
    """A line is one hook and one hall; what waits for later holds up what comes after it."""
    hook, other = hook_of(hooks), hook_of(hooks)
    post.write(hook.id, news(0, 9), 9, [letter(1), letter(2)])
    post.write(hook.id, news(0, 9, "alone"), 9, [replace(letter(1), event="alone/d/1")])
    post.write(other.id, news(0, 9), 9, [letter(1)])
    assert sorted(post.lines(0)) == [(hook.id, "alone"), (hook.id, "hall"), (other.id, "hall")]
    first = post.next(hook.id, "hall")[0]
    assert post.failed(first.id, 100, 500, "HTTP 500") == WAITING
    assert (hook.id, "hall") not in post.lines(100)
    assert (hook.id, "hall") in post.lines(100 + FIRST_PAUSE)
    post.took(first.id, 200, 204)
    assert [one.seq for one in post.next(hook.id, "hall")] == [2]
    hooks.switch(hook.id, active=False)
    assert post.lines(10_000) == [(other.id, "hall")]


def test_pauses_grow_and_end() -> None:
    """Five seconds, doubled up to an hour; who refuses the letter itself is asked less often."""
    pauses = [pause_after(count) for count in range(1, MOST_ATTEMPTS + 1)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-2:] == [LONGEST_PAUSE, None]
    assert pause_after(MOST_REFUSALS, refused=True) is None
    assert [refuses(s) for s in (0, 302, 400, 404, 408, 410, 425, 429, 500, 503)] == [
        *(False, True, True, True, False, True, False, False, False, False)
    ]


def test_dead_letters_are_listed_and_sent_again(hooks: Webhooks, post: Deliveries) -> None:
    """One or all of a hook, and nobody else's."""
    hook, other = hook_of(hooks), hook_of(hooks)
    post.write(hook.id, news(0, 9), 9, [letter(1), letter(2)])
    post.write(other.id, news(0, 9), 9, [letter(1)])
    for one in [*post.next(hook.id, "hall"), *post.next(other.id, "hall")]:
        for _ in range(MOST_REFUSALS):
            post.failed(one.id, 100, 404, "HTTP 404" + "!" * 1000)
    dead = post.listed(hook.id)
    assert [(one.seq, one.state, len(one.error)) for one in dead] == [
        (1, DEAD, 300),
        (2, DEAD, 300),
    ]
    assert post.counts() == {(hook.id, DEAD): 2, (other.id, DEAD): 1}
    with pytest.raises(Unknown):
        post.replay(other.id, dead[0].id)
    assert post.replay(hook.id, dead[1].id) == 1
    assert [one.seq for one in post.next(hook.id, "hall")] == [2]
    assert post.replay(hook.id) == 1
    assert [one.seq for one in post.next(hook.id, "hall")] == [1, 2]
    assert post.replay(hook.id) == 0


def test_what_is_done_with_is_forgotten(hooks: Webhooks, post: Deliveries) -> None:
    """What waits is not."""
    hook = hook_of(hooks)
    post.write(hook.id, news(0, 9), 9, [letter(seq) for seq in range(1, 6)])
    ids = [one.id for one in post.next(hook.id, "hall")]
    post.took(ids[0], 100, 200)
    post.took(ids[1], 200, 200)
    for id_, at in ((ids[2], 100), (ids[3], 200)):
        for _ in range(MOST_REFUSALS):
            post.failed(id_, at, 404, "")
    assert post.forget(150, 150) == 2
    assert post.counts() == {(hook.id, DONE): 1, (hook.id, DEAD): 1, (hook.id, WAITING): 1}


def test_days_with_news(configuration: Configuration, hooks: Webhooks, post: Deliveries) -> None:
    """In order of their opening; no drills, nobody else's halls, nothing that is long ago."""
    hall, hour = town_hall().hall, 3_600_000
    now = 1_000 * hour
    hook = hooks.add(URL, ["*"], now, hall=hall)
    rows = [
        DayRow(hall=hall, day="2", date="2026-03-03", opened=now + hour, seq=7),
        DayRow(hall=hall, day="1", date="2026-03-02", opened=now - hour, seq=5),
        DayRow(hall=hall, day="1-drill-1", date="2026-03-02", opened=now, seq=5, speed=60),
        DayRow(hall="alone", day="1", date="2026-03-02", opened=now, seq=5),
        DayRow(hall=hall, day="0", date="2026-01-02", opened=now - 1000 * hour, seq=5),
    ]
    with configuration.database.writing() as session:
        session.add_all(rows)
    assert post.news(hook) == [News(hall, "1", 0, 5), News(hall, "2", 0, 7)]
    post.write(hook.id, News(hall, "1", 0, 5), 5, [])
    post.write(hook.id, News(hall, "2", 0, 7), 3, [])
    assert post.news(hook) == [News(hall, "2", 3, 7)]
    assert post.news(hook, "2026-03-04") == []


def test_a_removed_hook_leaves_nothing(hooks: Webhooks, post: Deliveries) -> None:
    hook = hook_of(hooks)
    post.write(hook.id, news(0, 9), 9, [letter(1)])
    (one,) = post.next(hook.id, "hall")
    hooks.remove(hook.id)
    assert (hooks.hooks(), post.counts()) == ((), {})
    post.took(one.id, 0, 200)
    assert post.failed(one.id, 0, 500, "") == DONE
    with pytest.raises(Unknown):
        hooks.hook(hook.id)
    with pytest.raises(Invalid):
        secret_key("whsec_?")
