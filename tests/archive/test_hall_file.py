"""A hall in one YAML file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.sample_hall import sample_calendar, sample_hall, sample_place
from queue_server.archive.hall_file import dump, load
from queue_server.archive.yaml_nodes import LARGEST, FileError
from queue_server.domain.calendar import Calendar, WorkingDay
from queue_server.domain.calling import CallingRule
from queue_server.domain.layout import DEFAULT_CLASSES, Class, Kind, Layout
from tests.archive.halls import path, town_hall

OFFICE = Calendar(
    holidays=(date(2026, 10, 1), date(2026, 10, 2)),
    working_days=(WorkingDay(date(2026, 10, 10), ((510, 720),)),),
)
HERE = path("示例市", "示例县", "东镇")
FILE = dump(town_hall(), OFFICE, HERE)


def refused(text: str) -> list[str]:
    """What `load` says is wrong with this file."""
    with pytest.raises(FileError) as refusal:
        load(text)
    return [str(problem) for problem in refusal.value.problems]


def line_of(text: str, part: str) -> int:
    """The number of the first line that has this in it."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


def test_what_is_written_is_read_back() -> None:
    """The town hall and the sample hall, with hours and place."""
    assert load(FILE) == (town_hall(), OFFICE, HERE)
    sample = (sample_hall(), sample_calendar(), sample_place())
    assert load(dump(*sample)) == sample


def test_the_file_is_for_people() -> None:
    """Chinese as Chinese, durations and hours in words, a service on a line."""
    said = dump(sample_hall(), sample_calendar(), sample_place())

    for line in (
        "name: 示例镇便民服务中心",
        "place: {city: 示例市, county: 示例县, town: 示例镇}",
        "  ceiling: 60 min",
        "  grace: 60 s",
        "- {id: green, name: 绿色通道, head_start: 15 min, name_en: Green channel}",
        "- {code: 511F09014002, name: 户口登记, lane: police, minutes: 12,"
        " name_en: Household registration, department: 公安, item_type: 即办件,"
        " materials: [申报人居民身份证原件, 居民户口簿, 出生医学证明（新生儿）]}",
    ):
        assert line in said.splitlines()
    assert "  mon: [08:30-12:00, 14:00-17:30]" in FILE
    assert "slots: [{hours: 08:30-12:00, quota: 40}, {hours: 14:00-17:30}]" in FILE


def test_what_is_left_out_has_its_default() -> None:
    """The smallest file that is a hall: one window for everything, office hours."""
    layout, calendar, place = load(
        """
        tenant: city
        hall: village
        name: 小村便民服务站
        lanes: [{id: all, name: 全科, prefix: A}]
        windows: [{number: 1, name: 全科窗口, kinds: [unified, guide], lanes: [all]}]
        services: [{code: 51201401900010, name: no, lane: all}]
        """
    )

    assert (layout.rule, layout.classes, layout.closing) == (CallingRule(), DEFAULT_CLASSES, "wait")
    assert (calendar, place) == (Calendar(), ())
    # YAML would guess a number and a "false" here; in a hall file, text is what stands there.
    assert (layout.services[0].code, layout.services[0].name) == ("51201401900010", "no")
    assert layout.windows[0].kinds == (Kind.UNIFIED, Kind.GUIDE)


def test_every_problem_is_told_with_its_line() -> None:
    """One file, many mistakes: the hall's IT person mends them all in one go."""
    text = FILE
    for right, wrong in (
        ("tenant: city", "tenant: the city"),
        ("closing: wait", "closing: never"),
        ("ceiling: 60 min", "ceiling: an hour"),
        ("max_overtaken: 5", "max_overtaken: 0\n  max_overtaken: 3"),
        ("tue: [08:30-12:00,", "tue: [12:00-08:30,"),
        ("kinds: [domain]", "kinds: [doman]"),
        ("lane: police, minutes: 10, slots", "lane: polize, minutes: ten, slots"),
        ("{code: '51201', name: 最低生活保障,", "{code: '51201', nmae: 最低生活保障,"),
        ("after: [0]", "after: [5]"),
    ):
        assert right in text
        text = text.replace(right, wrong)

    said = refused(text)

    def told(part: str, what: str) -> bool:
        return any(f"line {line_of(text, part)}: " in line and what in line for line in said)

    assert told("tenant: the city", "tenant: must be letters, digits")
    assert told("closing: never", "closing: must be wait or expire")
    assert told("ceiling: an hour", "rule/ceiling: must be a duration such as 60 s")
    assert told("max_overtaken: 3", "rule/max_overtaken: this key stands here twice")
    assert told("tue: [12:00", "calendar/week/tue: must begin before it ends")
    assert told("kinds: [doman]", "windows/1/kinds/0: must be one of unified, domain")
    assert told("nmae:", "services/0/nmae: is not known here; known are code, name, lane")
    assert told("nmae:", "services/0/name: is missing")
    assert told("polize", "services/1/lane: there is no lane 'polize'")
    assert told("polize", "services/1/minutes: must be a whole number, 0 or more, not 'ten'")
    assert told("after: [5]", "services/2/steps/1/after: must name earlier steps")
    assert [int(line.split()[1].rstrip(":")) for line in said] == sorted(
        int(line.split()[1].rstrip(":")) for line in said
    )


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("lanes: [police, general]", "lanes: [police, x]", "windows/1/lanes: there is no lane 'x'"),
        ("lanes: [police, general]", "lanes: police", "windows/1/lanes: must be a list"),
        ("lanes: [police, general]", "lanes: [[a]]", "windows/1/lanes/0: must be text"),
        ("number: '2'", "number: '1'", "windows/1: '1' stands here twice"),
        ("number: '2'", "number: {a: b}", "windows/1/number: must be text"),
        ("quota: 30", "quota: -1", "services/0/quota: must be a whole number, 0 or more, not '-1'"),
        ("quota: 30", "quota: 1e9", "services/0/quota: must be a whole number"),
        ("quota: 30", "quota: 9999999999", "services/0/quota: must be a whole number"),
        ("grace: 90 s", "grace: 90", "services/1/grace: must be a duration such as"),
        ("08:30-12:00, quota", "8:30-12:00, quota", "services/1/slots/0/hours: must be hours such"),
        ("hours: 14:00-17:30", "quota: 3", "services/1/slots/1: must have hours such as"),
        ("holidays: [2026-10-01", "holidays: [2026-02-30", "calendar/holidays/0: must be a date"),
        ("  2026-10-10:", "  someday:", "calendar/working_days/someday: must be a date"),
        ("  2026-10-10:", "  2026-10-01:", "calendar/working_days/2026-10-01: this date stands"),
        ("city: 示例市", "moon: 示例市", "place/moon: is not known here; known are city, county"),
        ("{city: 示例市", "{town: 西镇, city: 示例市", "place/town: this key stands here twice"),
        ("name: 东镇便民服务中心", 'name: "a\\0b"', "name: must be one line of text"),
        ("name: 东镇便民服务中心", "name: " + "长" * 501, "name: must be at most 300 characters"),
        ("name: 东镇便民服务中心", "name:", "name: must not be empty"),
        ("timezone: Asia/Shanghai", "timezone: Mars", "timezone: there is no time zone 'Mars'"),
    ],
)
def test_each_mistake_has_its_sentence(right: str, wrong: str, said: str) -> None:
    """With the path of the value, and what it must be."""
    assert right in FILE
    told = refused(FILE.replace(right, wrong, 1))

    assert any(f": {said}" in line for line in told), told


def test_levels_out_of_order_are_refused() -> None:
    """A path goes down: a town does not lie above its county."""
    text = FILE.replace("{city: 示例市, county: 示例县, town: 东镇}", "{town: 东镇, city: 示例市}")
    line = line_of(text, "place:")

    assert refused(text) == [
        f"line {line}: place: must go down from city to point, each level once"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty"),
        ("a: [1\nb: 2", "line 2: this is not YAML"),
        ("name: &a x\nhall: *a", "line 2: aliases (*a) are not read here"),
        ("name: !!python/object/apply:os.system [ls]", "line 1: tags (tag:yaml.org,2002:python"),
        ("name: !secret x", "line 1: tags (!secret) are not read here"),
        ("[" * 100_000, "line 1: this is nested too deep"),
        ("a: b\n---\na: b", "line 2: this is not YAML"),
        ("- a", "line 1: must be a mapping"),
        ("hall: x\nname: \x00", "line 2: this is not YAML"),
        ("hall: x\nname: \ud800", "line 2: this is not text"),
        ("#" * (LARGEST + 1), "line 1: the file is larger than"),
    ],
)
def test_a_file_that_is_none_is_refused_before_it_is_looked_at(text: str, said: str) -> None:
    """Nothing in a file is ever run, resolved or unfolded."""
    assert refused(text)[0].startswith(said)


def test_a_file_from_windows_is_read() -> None:
    """Notepad writes a byte order mark and its own line ends."""
    assert load("\ufeff" + FILE.replace("\n", "\r\n")) == (town_hall(), OFFICE, HERE)


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12)
text = st.one_of(words, st.sampled_from(["no", "~", "1", "a: b", "# x", "[", "'", '"', "- ", "是"]))
durations = st.integers(0, 10_000_000)
spans = st.tuples(st.integers(0, 700), st.integers(701, 1440))


@st.composite
def halls(draw: st.DrawFn) -> tuple[Layout, Calendar]:
    """Halls that could open, with words and numbers of every kind."""
    plan = town_hall(name=draw(text), name_en=draw(words), complaint_phone=draw(text))
    rule = CallingRule(
        reserve=draw(durations), undo_within=draw(durations), back_behind=draw(st.integers(0, 9))
    )
    services = tuple(
        replace(
            service,
            name=draw(text),
            department=draw(text),
            minutes=draw(st.integers(1, 600)),
            grace=draw(st.none() | durations),
            min_calls=draw(st.none() | st.integers(0, 9)),
        )
        for service in plan.services
    )
    windows = tuple(replace(w, name=draw(text), classes=("x",)) for w in plan.windows)
    classes = (*DEFAULT_CLASSES, Class("x", draw(text), draw(durations)))
    week = tuple((span,) if span else () for span in draw(st.tuples(*[st.none() | spans] * 7)))
    calendar = Calendar(week=week, holidays=tuple(sorted(draw(st.sets(st.dates(), max_size=3)))))
    changed = replace(plan, rule=rule, services=services, windows=windows, classes=classes)
    return changed, calendar


@settings(max_examples=60)
@given(halls())
def test_whatever_can_open_can_be_written_and_read(hall: tuple[Layout, Calendar]) -> None:
    """Strange names, odd durations, closed days: the file has exactly what was meant."""
    layout, calendar = hall
    assert list(layout.problems()) == []

    assert load(dump(layout, calendar)) == (layout, calendar, ())


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    """A piece cut out anywhere: a hall, or a list of problems, and nothing else."""
    begins = data.draw(st.integers(0, len(FILE)))
    ends = data.draw(st.integers(begins, min(begins + 80, len(FILE))))
    with suppress(FileError):
        load(FILE[:begins] + FILE[ends:])
