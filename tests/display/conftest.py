"""A card on the net, and the server with its tokens for panels that are far from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.api.serving import app, configuration, state, tokens, url
from tests.display.card import Card, TcpCard

__all__ = ["app", "configuration", "state", "tokens", "url"]


@pytest.fixture
def net() -> Iterator[TcpCard]:
    net = TcpCard(Card())
    yield net
    net.switch_off()
