"""Whether everybody can use a page, as far as a program can tell: axe-core, from its package.

axe finds what can be measured (contrast, labels, names, landmarks, sizes of targets). The rest,
a keyboard and a large zoom, has stories of its own.
"""

from __future__ import annotations

from typing import Any

# The package brings no types.
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.async_api import Page

#: WCAG 2.0, 2.1 and 2.2, levels A and AA.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
OPTIONS = {
    "runOnly": {"type": "tag", "values": list(TAGS)},
    "resultTypes": ["violations"],
    # Nobody brings axe into a frame, and it would wait for it there.
    "iframes": False,
}
RUN = "async (options) => (await axe.run(document, options)).violations"


async def violations(page: Page) -> list[str]:
    """What the page as it stands now does wrong, a sentence each; nothing when all is well.

    The page's own Content-Security-Policy stays: the script comes in by the debugger, once.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate(RUN, OPTIONS)
    return [_sentence(rule, node) for rule in found for node in rule["nodes"]]


def _sentence(rule: dict[str, Any], node: dict[str, Any]) -> str:
    """The rule, the element and what would mend it."""
    mend = " ".join(node["failureSummary"].split())
    return f"{rule['id']} ({rule['impact']}): {node['html']} — {mend}"
