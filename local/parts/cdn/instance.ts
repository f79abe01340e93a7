import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createHash } from "node:crypto";

import { writeFileAtomic } from "../host/atomic-file.ts";
import { serving } from "../host/serving.ts";
import type { Machine } from "../machine.ts";
import { ACCESS_LOG } from "./access-log.ts";
import { AGE_FILE, ageFile, CACHE_FOLDER, configuration, STATUS_SOCKET } from "./configuration.ts";
import type { Site } from "./site.ts";

const NGINX = "/usr/sbin/nginx";
const CONFIGURATION = "nginx.conf";
/** What was written last: another text in nginx.conf was put there by someone else. */
const WRITTEN = "written.conf";
const START_DEADLINE_MS = 15_000;
const LOG_LIMIT = 64 * 1024 * 1024;
/** Debian's www-data, which nginx's workers run as. */
const WORKER_GROUP = 33;

/**
 * The region may be killed, and so may nginx's master, whose workers then live on and hold the port: those of this folder go
 * first, then the sockets that a bind would stumble over.
 */
const START = `cd "$1" || exit 1
for link in /proc/[0-9]*/cwd; do
  [ "$(readlink "$link")" = "$PWD" ] || continue
  process=\${link%/cwd}
  [ "$(cat "$process/comm")" = nginx ] && kill -9 "\${process#/proc/}"
done 2>/dev/null
rm -f behaviour-*.sock ${STATUS_SOCKET}
exec ${NGINX} -p ./ -c ${CONFIGURATION} -e stderr`;

const VERIFY = `cd "$1" && exec ${NGINX} -t -q -p ./ -c "$2" -e stderr`;

/** One distribution's nginx. Not to be called at the same time. */
export class Instance {
  readonly folder: string;
  readonly #machine: Pick<Machine, "processes" | "run">;
  readonly #process: string;

  constructor(machine: Pick<Machine, "processes" | "run">, folder: string, process: string) {
    this.#machine = machine;
    this.folder = folder;
    this.#process = process;
  }

  /** Its folder, for the workers to pass through: the parents are root's alone, so nobody else comes this far. */
  prepare(): void {
    for (const folder of [this.folder, join(this.folder, "temporary")]) {
      mkdirSync(folder, { recursive: true, mode: 0o710 });
      chownSync(folder, 0, WORKER_GROUP);
      chmodSync(folder, 0o710);
    }
  }

  /** Starts it or takes a new configuration over, without dropping a request that is under way. */
  async apply(site: Site): Promise<void> {
    if (!site.enabled) {
      await this.#machine.processes.stop(this.#process);
      this.#write(site);
      return;
    }
    const same = this.#text(CONFIGURATION) === textOf(site);
    if (same && this.#machine.processes.running(this.#process) && (await this.#version()) === versionOf(site))
      return;
    await this.#verify(site);
    const runs = this.#machine.processes.running(this.#process) && (await this.#version()) !== undefined;
    const before = runs ? workersIn(this.folder) : [];
    this.#write(site);
    if (runs) this.#machine.processes.signal(this.#process, "SIGHUP");
    else await this.#start();
    await serving(
      this.#machine.processes,
      this.#process,
      START_DEADLINE_MS,
      async () => (await this.#version()) === versionOf(site) && !before.some(isAccepting),
    );
  }

  /** Someone else wrote the configuration; `undefined` files are an administrator's removal and not this. */
  isEdited(): boolean {
    return this.#text(CONFIGURATION) !== this.#text(WRITTEN);
  }

  present(): boolean {
    return existsSync(join(this.folder, CONFIGURATION));
  }

  /** The text of the configuration as it is, and as it was written. */
  texts(): { readonly found: string; readonly written: string } {
    return { found: this.#text(CONFIGURATION) ?? "", written: this.#text(WRITTEN) ?? "" };
  }

  /** A long log is set aside once; nginx opens a new one. */
  rotateLog(): void {
    const log = join(this.folder, ACCESS_LOG);
    if (!existsSync(log) || statSync(log).size < LOG_LIMIT) return;
    renameSync(log, `${log}.1`);
    if (this.#machine.processes.running(this.#process))
      this.#machine.processes.signal(this.#process, "SIGUSR1");
  }

  async remove(): Promise<void> {
    await this.#machine.processes.stop(this.#process);
    await rm(this.folder, { recursive: true, force: true });
  }

  cacheFolder(): string {
    return join(this.folder, CACHE_FOLDER);
  }

  #text(name: string): string | undefined {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }

  #write(site: Site): void {
    writeFileAtomic(join(this.folder, AGE_FILE), ageFile());
    writeFileAtomic(join(this.folder, WRITTEN), textOf(site));
    writeFileAtomic(join(this.folder, CONFIGURATION), textOf(site));
  }

  async #verify(site: Site): Promise<void> {
    const candidate = "candidate.conf";
    writeFileAtomic(join(this.folder, AGE_FILE), ageFile());
    writeFileAtomic(join(this.folder, candidate), textOf(site));
    try {
      await this.#machine.run("/bin/sh", ["-c", VERIFY, "sh", this.folder, candidate]);
    } finally {
      rmSync(join(this.folder, candidate), { force: true });
    }
  }

  async #start(): Promise<void> {
    // The spec never changes: a process that runs by it but does not answer is replaced.
    await this.#machine.processes.stop(this.#process);
    await this.#machine.processes.ensure({
      name: this.#process,
      host: undefined,
      command: "/bin/sh",
      args: ["-c", START, "sh", this.folder],
      env: { TZ: "UTC" },
    });
  }

  /** The version of the configuration that answers; undefined while nothing does. */
  #version(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const asked = request(
        { socketPath: join(this.folder, STATUS_SOCKET), path: "/", timeout: 1000, agent: false },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", () => resolve(undefined));
          answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
        },
      );
      asked.on("timeout", () => asked.destroy());
      // Not there yet, or not any more.
      asked.on("error", () => resolve(undefined));
      asked.end();
    });
  }
}

/** Pids of the nginx workers that run in a folder: no other nginx has it as its own. */
function workersIn(folder: string): readonly string[] {
  return readdirSync("/proc").filter(
    (pid) => /^\d+$/.test(pid) && folderOf(pid) === folder && titleOf(pid) !== undefined,
  );
}

function folderOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // Ended meanwhile.
    return undefined;
  }
}

/** Of a worker; undefined for anything else. */
function titleOf(pid: string): string | undefined {
  try {
    const title = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return title.startsWith("nginx: worker process") ? title : undefined;
  } catch {
    // Ended meanwhile.
    return undefined;
  }
}

/** Not yet told to finish: for a moment old and new workers both take connections. */
function isAccepting(pid: string): boolean {
  return titleOf(pid)?.includes("shutting down") === false;
}

function versionOf(site: Site): string {
  return createHash("sha256").update(configuration(site, "")).digest("hex").slice(0, 16);
}

function textOf(site: Site): string {
  return configuration(site, versionOf(site));
}
