"""Going through a page with the Tab key."""

from __future__ import annotations

from tests.browser.chromium import Screen

#: Where something stands: its way from the nearest id, by keys where there are any. A page may draw
#: it anew at any time, and a mark of ours on it would make it look different.
WHERE = """window.where = (one) => {
  if (!one || one === document.documentElement) return "";
  if (one.id) return `#${one.id}`;
  const key = one.dataset.key;
  const step = key ? `[data-key='${key}']` : [...one.parentElement.children].indexOf(one);
  return `${window.where(one.parentElement)} > ${step}`;
}"""
#: Everything that a keyboard must reach, once a group for what goes by arrows.
REACHABLE = """() => {
  const all = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const seen = (one) => one.checkVisibility({ visibilityProperty: true })
    && !one.closest("[inert]") && one.tabIndex >= 0 && !one.disabled && one.type !== "radio";
  return [...document.querySelectorAll(all)].filter(seen).map(window.where);
}"""
#: Some pages begin in the middle, where most people have something to do.
FROM_THE_TOP = """() => {
  const top = document.createElement("span");
  top.tabIndex = -1;
  document.body.prepend(top);
  top.focus();
  top.remove();
}"""
#: Where the focus is, and whether it is to be seen.
FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const look = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const ring = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const before = window.before;
  let back = "";
  if (before?.isConnected && before.parentElement === one.parentElement) {
    const was = before.getBoundingClientRect();
    const above = box.bottom <= was.top + 1 && box.left < was.right;
    const left = box.right <= was.left + 1 && Math.abs(box.top - was.top) < 4;
    if (above || left) back = before.outerHTML.slice(0, 80);
  }
  window.before = one;
  return {
    where: window.where(one),
    html: one.outerHTML.slice(0, 120),
    ring,
    shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    back,
  };
}"""
MOST_STOPS = 60
#: A field for a date and time has a stop for each of its parts.
STOPS_WITHIN = 8


async def tabbed(page: Screen) -> list[str]:
    """What is wrong with the way of the focus, a sentence each."""
    await page.page.evaluate(WHERE)
    await page.page.evaluate(FROM_THE_TOP)
    wanted: list[str] = await page.page.evaluate(REACHABLE)
    wrong: list[str] = []
    reached: list[str] = []
    most = min(len(wanted), MOST_STOPS) + 5
    for _ in range(most * STOPS_WITHIN):
        await page.page.keyboard.press("Tab")
        at = await page.page.evaluate(FOCUS)
        within = reached[-1:] == [at and at["where"]]
        if at is None or (at["where"] in reached[:1] and not within):
            break
        if not within:
            reached.append(at["where"])
        if len(reached) > most:
            break
        if not at["ring"]:
            wrong.append(f"no focus to be seen: {at['html']}")
        if not at["shown"]:
            wrong.append(f"out of sight: {at['html']}")
        if at["back"]:
            wrong.append(f"backwards from {at['back']} to {at['html']}")
    missed = [one for one in wanted[:MOST_STOPS] if one not in reached]
    return wrong + [f"never reached: {one}" for one in missed]
