import { Writable } from "node:stream";
import { createLogger } from "../logging.ts";

export interface LogLines {
  readonly lines: Record<string, unknown>[];
  readonly output: Writable;
}

/** Collects what a logger prints, parsed. */
export function collectLogLines(): LogLines {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { lines, output };
}

/** A logger and what it has printed, parsed. */
export function testLogger() {
  const { lines, output } = collectLogLines();
  const release = { version: "0.0.0", colour: "none", image: "unknown" } as const;
  return { lines, logger: createLogger({ logLevel: "debug", release }, output) };
}
