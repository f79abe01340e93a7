/** What the doorways print about themselves: on stderr, so that `make output` leaves stdout to the JSON. */

const started = process.hrtime.bigint();

function elapsed(): string {
  return `${(Number(process.hrtime.bigint() - started) / 1e9).toFixed(1)} s`.padStart(8);
}

/** A step begins. */
export function step(message: string): void {
  process.stderr.write(`[${elapsed()}] ${message}\n`);
}

const repeatMs = 5_000;
let lastDetail = 0;

/** A detail of the running step; one every five seconds is shown where they come in floods. */
export function detail(message: string): void {
  const now = Date.now();
  if (now - lastDetail < repeatMs && message.startsWith("compiled ")) return;
  lastDetail = now;
  process.stderr.write(`             ${message}\n`);
}
