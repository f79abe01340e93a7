import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { regionAuthority } from "../authority/region-authority.ts";
import type { CertificateRequest } from "../authority/authority.ts";
import type { Host, Machine } from "../machine.ts";
import { clientRules } from "./access.ts";
import type { Passwords } from "./access.ts";
import { Admin } from "./admin.ts";
import { configuration, FILES } from "./configuration.ts";
import type { GroupInput } from "./group-input.ts";
import { ownedFile, ownedFolder } from "./owner.ts";
import type { Owner } from "./owner.ts";
import { patiently } from "./patiently.ts";
import type { Settings } from "./settings.ts";
import { REDIS_SERVER } from "./version.ts";

const FIRST_DELAY_MS = 200;
const LAST_DELAY_MS = 5000;
/** One that ran this long has recovered. */
const STABLE_MS = 10_000;
/** One that runs and says nothing for this long hangs. */
const HUNG_MS = 8000;

/** A node of a replication group: a host with a Redis. */
export class RedisNode {
  readonly name: string;
  readonly admin: Admin;
  /** Since when it does not answer, though it runs; milliseconds. */
  silentSince: number | undefined;
  /** Its host lost its link. */
  cutOff = false;
  /** It answered since it was started, or since the region was. */
  answered = false;
  /** A replica that is connected and filled. */
  linked = false;
  /** Why it did not answer the last time it was asked; undefined since it answers. */
  failure: Error | undefined;
  /** Starts in succession of which none lasted. */
  shortStarts = 0;
  readonly #machine: Machine;
  readonly #owner: Owner;
  readonly #folder: string;
  #startedAt = 0;
  #delay = FIRST_DELAY_MS;

  constructor(machine: Machine, owner: Owner, groupFolder: string, name: string, adminPassword: string) {
    this.#machine = machine;
    this.#owner = owner;
    this.#folder = join(groupFolder, name);
    this.name = name;
    this.admin = new Admin(join(this.#folder, FILES.socket), adminPassword);
  }

  get process(): string {
    return `${this.name}/redis-server`;
  }

  get running(): boolean {
    return this.#machine.processes.running(this.process);
  }

  get host(): Host | undefined {
    return this.#machine.hosts.get(this.name);
  }

  get address(): string {
    return this.host?.address ?? "";
  }

  /** False when an administrator took the host away. */
  get inPlace(): boolean {
    return !this.cutOff && this.host !== undefined && existsSync(this.host.namespacePath);
  }

  get hangs(): boolean {
    return this.silentSince !== undefined && Date.now() - this.silentSince >= HUNG_MS;
  }

  /** It runs where it can be reached, as far as is known. */
  get alive(): boolean {
    return this.running && this.inPlace && !this.hangs;
  }

  /** False for a while after a start that did not last. */
  get mayStart(): boolean {
    return Date.now() - this.#startedAt >= this.#delay;
  }

  /** Starts it empty, as the primary or as a replica. Must not be called while it runs. */
  async start(input: GroupInput, passwords: Passwords, primaryAddress: string | undefined): Promise<void> {
    const stable = Date.now() - this.#startedAt > STABLE_MS;
    this.shortStarts = stable ? 1 : this.shortStarts + 1;
    this.#delay = stable ? FIRST_DELAY_MS : Math.min(this.#delay * 2, LAST_DELAY_MS);
    this.#startedAt = Date.now();
    this.silentSince = undefined;
    this.answered = false;
    this.linked = false;
    this.failure = undefined;
    this.admin.close();
    ownedFolder(this.#folder, this.#owner);
    await this.#certify(input);
    const site = { address: this.address, port: input.port, folder: this.#folder };
    const file = join(this.#folder, FILES.configuration);
    ownedFile(
      file,
      configuration({ site, passwords, settings: input.settings, primaryAddress }),
      this.#owner,
    );
    await this.#machine.processes.ensure({
      name: this.process,
      host: this.name,
      command: REDIS_SERVER,
      args: [file],
      user: this.#owner,
      // A primary that came back empty by itself would empty its replicas: the group decides.
      restart: "never",
    });
  }

  /** The last words of its log. */
  get lastWords(): string {
    return this.#machine.processes.lastWords(this.process) || "it says nothing";
  }

  /** Ends it for certain, so that no client can write to it any more. */
  async fence(): Promise<void> {
    this.admin.close();
    this.linked = false;
    await this.#machine.processes.stop(this.process, 0);
  }

  async promote(): Promise<void> {
    await this.admin.call("REPLICAOF", "NO", "ONE");
  }

  async follow(address: string, port: number): Promise<void> {
    this.linked = false;
    await this.admin.call("REPLICAOF", address, String(port));
  }

  /** Brings a running node to the input: settings, what clients may do, and a renewed certificate. */
  async configure(input: GroupInput, passwords: Passwords): Promise<void> {
    await this.#certify(input);
    const certificate = {
      "tls-cert-file": join(this.#folder, FILES.certificate),
      "tls-key-file": join(this.#folder, FILES.key),
    };
    const settings = Object.entries({ ...input.settings, ...certificate }).flat();
    await patiently(() => this.admin.call("CONFIG", "SET", ...settings));
    await patiently(() => this.admin.call("ACL", "SETUSER", "default", ...clientRules(passwords.tokens)));
  }

  /** The settings as they are in force. */
  async settings(): Promise<Settings> {
    const flat = (await this.admin.call("CONFIG", "GET", "*")) as readonly string[];
    const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""]] : []));
    return Object.fromEntries(pairs) as Settings;
  }

  /** The authority's files are root's: the node gets copies of its own. */
  async #certify(input: GroupInput): Promise<void> {
    const authority = await regionAuthority(this.#machine);
    const { cert, key } = await authority.issue(certificateRequest(this.name, this.address, input));
    const copy = (from: string, name: string): void => {
      ownedFile(join(this.#folder, name), readFileSync(from, "utf8"), this.#owner);
    };
    copy(cert, FILES.certificate);
    copy(key, FILES.key);
    copy(authority.files.cert, FILES.authority);
  }
}

/** Clients reach a node by either endpoint's name. */
function certificateRequest(name: string, address: string, input: GroupInput): CertificateRequest {
  return {
    name,
    // A common name has at most 64 characters, an endpoint's may have more.
    commonName: name,
    usages: ["serverAuth"],
    names: [`DNS:${input.primaryName}`, `DNS:${input.readerName}`, `IP:${address}`],
  };
}
