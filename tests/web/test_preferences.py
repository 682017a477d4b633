"""The language and the theme that a browser remembers."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from queue_server.web import preferences


def asked(query: str = "", cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(
    ("query", "cookie", "first"),
    [
        ("", "", "zh-CN"),
        ("language=en", "", "en"),
        ("", "jiaohao_language=en", "en"),
        ("language=zh-CN", "jiaohao_language=en", "zh-CN"),
        ("language=xx", "", "zh-CN"),
    ],
)
def test_the_language_that_was_chosen_comes_first(query: str, cookie: str, first: str) -> None:
    """The others follow in the hall's order: a page can say everything in each of them."""
    spoken = preferences.languages(asked(query, cookie), ("zh-CN", "en"))
    assert spoken[0] == first
    assert set(spoken) == {"zh-CN", "en"}


def test_a_theme_is_light_dark_or_auto() -> None:
    """Whatever else a cookie says is as good as nothing."""
    assert preferences.theme(asked()) == "auto"
    assert preferences.theme(asked(cookie="jiaohao_theme=dark")) == "dark"
    assert preferences.theme(asked(cookie="jiaohao_theme=blue")) == "auto"
