import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import type { ProcessSpec } from "../machine.ts";
import type { ProcessIdentity } from "./process-identity.ts";

/** What is kept of a supervised process; gone after a reboot with the run folder. */
export interface ProcessRecord {
  readonly spec: ProcessSpec;
  /** Undefined between the record and the start: a start that was cut off is made again. */
  readonly identity: ProcessIdentity | undefined;
}

/** One file a process, mode 0600: an environment may hold secrets. */
export class ProcessRecords {
  readonly #folder: string;

  constructor(runDir: string) {
    this.#folder = join(runDir, "processes");
  }

  load(): readonly ProcessRecord[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(this.#folder, name), "utf8")) as ProcessRecord);
  }

  save(record: ProcessRecord): void {
    writeFileAtomic(this.#path(record.spec.name), JSON.stringify(record));
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, `${name.replaceAll("/", "~")}.json`);
  }
}
