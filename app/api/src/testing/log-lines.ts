import { Writable } from "node:stream";

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
