type Write = (chunk: string | Uint8Array, ...rest: never[]) => boolean;

/** What a process prints to. */
interface Output {
  write: Write;
}

/**
 * Everything that is printed from now on goes through `redact`, whoever prints it: `console`, a part's log, the stack
 * of a failure. Answers what ends it.
 */
export function redactOutput(
  redact: (text: string) => string,
  outputs: readonly Output[] = [process.stdout, process.stderr],
): () => void {
  const restores = outputs.map((output) => {
    const original: Write = output.write;
    const write: Write = original.bind(output);
    output.write = (chunk: string | Uint8Array, ...rest: never[]) =>
      write(redact(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()), ...rest);
    return () => {
      output.write = original;
    };
  });
  return () => restores.forEach((restore) => restore());
}
