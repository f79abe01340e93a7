import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Config } from "../environments/stack.ts";
import type { ExportedState, StateResource } from "../harness.ts";
import type { ControlPlane } from "../kubernetes-fixture/control-plane.ts";

/** A platform of the program before there was a stack of the cluster; README.md says how it was made. */
export interface RecordedPlatform {
  readonly config: Config;
  readonly stack: ExportedState;
  /** The region's records, by their number. */
  readonly resources: readonly { readonly sequence: number }[];
}

export async function recordedPlatform(environment: string): Promise<RecordedPlatform> {
  const packed = await readFile(join(import.meta.dirname, `${environment}.json.gz`));
  return JSON.parse(gunzipSync(packed).toString("utf8")) as RecordedPlatform;
}

/** Writes the region's records where a region that starts in `env` finds them. */
export async function writeRecords(
  { resources }: RecordedPlatform,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<void> {
  const folder = join(env["TWINSTACK_STATE"] ?? "", "resources");
  await mkdir(folder, { recursive: true });
  for (const record of resources) {
    const file = join(folder, `${String(record.sequence).padStart(6, "0")}.json`);
    await writeFile(file, JSON.stringify(record));
  }
}

/** Makes the recorded Kubernetes objects, as the same field managers. Their UIDs are new: nobody chooses a UID. */
export async function makeObjects({ stack }: RecordedPlatform, plane: ControlPlane): Promise<void> {
  const objects = (stack.deployment.resources ?? []).filter(({ type }) => type.startsWith("kubernetes:"));
  for (const object of objects) {
    const file = join(plane.dir, "recorded.json");
    await writeFile(file, JSON.stringify(object.inputs));
    plane.kubectl("apply", "--server-side", `--field-manager=${managerOf(object)}`, "-f", file);
  }
}

function managerOf({ urn, outputs }: StateResource): string {
  const manager = outputs?.["__fieldManager"];
  if (typeof manager !== "string") throw new Error(`${urn} has no field manager`);
  return manager;
}
