/* The readers of this desk's own machine, over their local line; see local_line.py. */

const FIRST = 2_000;
const LATEST = 60_000;

/** Listen at an address for ever; `read(message)` gets each card and each scan. */
export function listen(address, read, pause = FIRST) {
  const socket = new WebSocket(address);
  let next = Math.min(pause * 2, LATEST);
  socket.onopen = () => (next = FIRST);
  socket.onmessage = ({ data }) => {
    const told = JSON.parse(data);
    if (told.kind === "card" || told.kind === "scan") read(told);
  };
  socket.onclose = () => setTimeout(() => listen(address, read, next), pause);
}
