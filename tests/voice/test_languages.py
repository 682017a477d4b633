"""The languages as data."""

from __future__ import annotations

import pytest

from voice.languages import CHINESE, ENGLISH, LANGUAGES, TICKET, WINDOW, Language, chosen, language


def test_languages_by_code() -> None:
    """Relatives stand in for each other; what is not known is left out, but never everything."""
    assert language("en-US") is ENGLISH
    assert chosen(("en", "xx", "en-GB", "zh-CN")) == (ENGLISH, CHINESE)
    assert chosen(("xx",)) == (CHINESE,)
    with pytest.raises(LookupError, match="zh-CN"):
        language("xx")


@pytest.mark.parametrize("known", LANGUAGES.values(), ids=LANGUAGES)
def test_a_language_is_whole(known: Language) -> None:
    """Every table has the length that counting needs, and the sentence names both numbers."""
    assert (len(known.digits), len(known.phone)) == (10, 10)
    assert (len(known.cardinals), len(known.behind)) == (100, 100)
    assert (len(known.hundreds), len(known.thousands)) == (9, 9)
    assert len(set(known.cardinals)) == 100
    said = [part.rstrip("，,") for part in known.call]
    assert said.count(TICKET) == said.count(WINDOW) == 1
    assert TICKET in known.caption
    assert WINDOW in known.caption
    assert known.voices
