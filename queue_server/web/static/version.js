/* A page that stands for months notices that it has become old, and loads itself anew. */

const mine = document.documentElement.dataset.version;
/** All pages of a hall notice at once; they don't come all at once (ms). */
const SPREAD = 10_000;

let asking = false;

/** Ask for the server's version, and load the page anew if it is not ours. Call it on a return. */
export async function renewIfOld() {
  if (asking) return;
  asking = true;
  try {
    if ((await current()) === mine) return;
    await new Promise((then) => setTimeout(then, SPREAD * Math.random()));
    // Never leave a picture for an error page.
    const page = await fetch(location.href, { cache: "no-store" });
    if (page.ok) location.reload();
  } catch {
    // The server is away again; there will be another return.
  } finally {
    asking = false;
  }
}

async function current() {
  const answer = await fetch("/static/version", { cache: "no-store" });
  return answer.ok ? (await answer.json()).version : mine;
}
