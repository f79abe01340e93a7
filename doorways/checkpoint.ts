import { readFile } from "node:fs/promises";
import { SIGNATURE_KEY } from "../local/provider/signatures.ts";
import { UserError } from "./user-error.ts";

/** What a stack's file in Pulumi's file backend says. Reading it takes no CLI, whose start alone takes a third of a second. */
export interface Checkpoint {
  /** An update that was killed has left operations of which nobody knows how they ended. */
  readonly interrupted: boolean;
  /** The stack's outputs, without those that are secret: they are encrypted here. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The layout that the pinned CLI writes (apitype.VersionedCheckpoint of its SDK). */
const LAYOUT = 3;

interface StackFile {
  readonly version: number;
  readonly checkpoint: {
    /** Not there before the stack's first update. */
    readonly latest?: {
      readonly resources?: readonly {
        readonly type: string;
        readonly outputs?: Readonly<Record<string, unknown>>;
      }[];
      readonly pending_operations?: readonly unknown[];
    };
  };
}

/** Reads the file at `path`; rejects when it is no stack's, or was written in a layout of another CLI. */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const { version, checkpoint } = await stackFile(path);
  if (version !== LAYOUT) {
    throw new UserError(
      `${path} has layout ${version}, not ${LAYOUT}: another version of pulumi wrote it; use that version on it`,
    );
  }
  const { resources = [], pending_operations = [] } = checkpoint.latest ?? {};
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  return {
    interrupted: pending_operations.length > 0,
    outputs: Object.fromEntries(Object.entries(outputs).filter(([, value]) => !holdsSignature(value))),
  };
}

async function stackFile(path: string): Promise<StackFile> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as StackFile;
  } catch (error) {
    throw new UserError(`the stack's state cannot be read from ${path}: ${(error as Error).message}`);
  }
}

/** Whether the value, or one inside it, is not as it reads: the engine marks what it encrypted or wrapped. */
function holdsSignature(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, SIGNATURE_KEY) || Object.values(value).some(holdsSignature);
}
