import { localWorld } from "./local-world.ts";

/** `make history`: the last rollouts, newest first, and how each ended. */
export async function history(): Promise<void> {
  const { records } = await localWorld();
  const { record } = await records.read();
  const lines = record.history.map(
    ({ startedAt, kind, from, to, outcome, reason, by, image }) =>
      `${startedAt}  ${kind.padEnd(8)}  ${from} → ${to}  ${outcome}: ${reason}\n  ${image}, by ${by}`,
  );
  process.stdout.write(`${lines.join("\n") || "nothing was rolled out yet"}\n`);
}
