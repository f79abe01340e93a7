import { readFile } from "node:fs/promises";

/** One step the engine took (or planned, in a preview) for a resource, in the order of the event log. */
export interface Operation {
  /** `create`, `update`, `replace`, `create-replacement`, `delete-replaced`, `delete`, `same`, `refresh`, `read`, `import`… */
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Property path → kind, as the provider's Diff gave it. Empty when there was none. */
  readonly diff: Readonly<Record<string, string>>;
  readonly failed: boolean;
}

export interface EngineEvents {
  readonly operations: readonly Operation[];
  /** Messages with their severity (`error`, `warning`, `info`), without debug ones and the notes on plugins from PATH. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly urn: string;
  /** A progress line, which the next one replaces on the screen. */
  readonly ephemeral: boolean;
}

interface StepMetadata {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly detailedDiff: Readonly<Record<string, { readonly diffKind: string }>> | null;
}

interface EventLine {
  readonly resourcePreEvent?: { readonly metadata: StepMetadata };
  readonly resOpFailedEvent?: { readonly metadata: StepMetadata };
  readonly diagnosticEvent?: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
    readonly ephemeral?: boolean;
  };
}

/** Reads the CLI's event log; a command that failed before the engine started wrote none. */
export async function readEvents(file: string): Promise<EngineEvents> {
  const text = await readFile(file, "utf8").catch(() => "");
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EventLine);
  const failed = new Set(lines.flatMap((line) => stepKey(line.resOpFailedEvent?.metadata)));
  const operations = lines.flatMap(({ resourcePreEvent }) =>
    resourcePreEvent === undefined ? [] : [operation(resourcePreEvent.metadata, failed)],
  );
  const diagnostics = lines.flatMap(({ diagnosticEvent: event }) =>
    event === undefined || event.severity === "debug" || /from \$PATH/.test(event.message)
      ? []
      : [
          {
            severity: event.severity,
            message: event.message.trim(),
            urn: event.urn ?? "",
            ephemeral: event.ephemeral ?? false,
          },
        ],
  );
  return { operations, diagnostics };
}

function operation(metadata: StepMetadata, failed: ReadonlySet<string>): Operation {
  const { op, urn, type } = metadata;
  const diff = Object.entries(metadata.detailedDiff ?? {}).map(
    ([path, { diffKind }]) => [path, diffKind] as const,
  );
  return {
    op,
    urn,
    type,
    name: urn.slice(urn.lastIndexOf("::") + 2),
    diff: Object.fromEntries(diff),
    failed: failed.has(`${op} ${urn}`),
  };
}

function stepKey(metadata: StepMetadata | undefined): readonly string[] {
  return metadata === undefined ? [] : [`${metadata.op} ${metadata.urn}`];
}
