import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { regionAuthority } from "../authority/region-authority.ts";
import { Scheduler } from "../scheduler.ts";
import { serving } from "../host/serving.ts";
import { ownerOf } from "../postgres/program.ts";
import { whilePassing } from "../postgres/passing.ts";
import { ownFolder, writeOwned } from "../postgres/server-files.ts";
import { configuration, consolePassword, resolverFile, userList } from "./configuration.ts";
import { answers, runCommand } from "./console.ts";
import { handMade, type HandMade } from "./drift.ts";
import { hostName, layoutOf, processName, type Layout } from "./layout.ts";
import { TargetFollower } from "./target-follower.ts";
import type { ProxyInput } from "./proxy-input.ts";
import type { Host, Machine } from "../machine.ts";

const PGBOUNCER = "/usr/sbin/pgbouncer";
const START_MS = 10_000;
const RELOAD_MS = 30_000;

/** One proxy's PgBouncer: brings it to what the record says, and after the primary when that moves. */
export class Pooler {
  readonly host: string;
  readonly #machine: Machine;
  readonly #input: () => ProxyInput;
  readonly #log: (message: string) => void;
  readonly #layout: Layout;
  readonly #scheduler: Scheduler;
  readonly #target: TargetFollower;
  /** Its files have a target. */
  #targeted = false;
  /** Files were written that PgBouncer has not read yet: a failed reload is tried again. */
  #unread = false;
  #said = "";

  constructor(id: string, machine: Machine, input: () => ProxyInput, log: (message: string) => void) {
    this.host = hostName(id);
    this.#machine = machine;
    this.#input = input;
    this.#log = log;
    this.#layout = layoutOf(machine, this.host);
    this.#target = new TargetFollower(machine, this.#layout);
    this.#scheduler = new Scheduler(
      () => this.#follow(),
      (error) => this.#say(`DB proxy ${id}: ${String(error)}`),
    );
  }

  /** Resolves when it serves as the record says; from then on it follows the record and the target's name. */
  async ensure(): Promise<void> {
    await this.#serve(true);
  }

  /** The same after a restart of the region; what was changed by hand stays as it is, for `drift` to show. */
  async adopt(): Promise<void> {
    await this.#serve(false);
  }

  async #serve(mend: boolean): Promise<void> {
    await this.#scheduler.run(async () => {
      const input = this.#input();
      const host = await this.#machine.hosts.ensure(this.host, input.subnetId, input.securityGroups);
      await this.#makeFolder();
      await this.#writeTls(input, host);
      await this.#write(input, host, mend);
      await this.#start();
      // What was written while it ran is read now, also when a killed region did not come to say so. A machine that makes
      // twenty parts at once lets it answer late.
      const { processes } = this.#machine;
      await serving(processes, processName(this.host), RELOAD_MS, () =>
        this.#reload().then(() => true, whilePassing(false)),
      );
      await this.#machine.dns.set(input.endpoint, [host.address]);
      return true;
    });
  }

  /** What somebody changed in its settings, and the connections that its target allows. */
  drift(): { readonly found: HandMade; readonly maxConnections: number } {
    return { found: handMade(this.#layout), maxConnections: this.#input().target?.maxConnections ?? 1 };
  }

  /** Ends it and removes all it had; also what a cut-off `ensure` left. */
  async remove(endpoint: string): Promise<void> {
    await this.#scheduler.close();
    await this.#machine.processes.stop(processName(this.host));
    await this.#machine.dns.remove(endpoint);
    await this.#machine.hosts.remove(this.host);
    rmSync(this.#layout.folder, { recursive: true, force: true });
    const issued = dirname((await regionAuthority(this.#machine)).files.cert);
    for (const ending of ["crt", "key"]) rmSync(join(issued, `${this.host}.${ending}`), { force: true });
  }

  /** Nothing more is done; what runs goes on. */
  close(): Promise<void> {
    return this.#scheduler.close();
  }

  /** One look at the record and at the target's name. Secrets, parameters and targets change without asking us. */
  async #follow(): Promise<boolean> {
    const host = this.#machine.hosts.get(this.host);
    // It is being started again, or was removed by hand: drift, which the next update mends.
    if (host === undefined || !this.#machine.processes.running(processName(this.host))) return true;
    const input = this.#input();
    const untargeted = this.#targeted && input.target === undefined;
    this.#targeted = input.target !== undefined;
    if ((await this.#write(input, host, false)) || this.#unread)
      await (untargeted ? this.#restart() : this.#reload());
    if (input.target) await this.#target.look(input.target);
    this.#say(input.problems.join("; "));
    return true;
  }

  async #start(): Promise<void> {
    await this.#machine.processes.ensure({
      name: processName(this.host),
      host: this.host,
      command: PGBOUNCER,
      args: [this.#layout.configuration],
      user: await ownerOf(this.#machine),
    });
    const { processes } = this.#machine;
    await serving(processes, processName(this.host), START_MS, () => answers(this.#layout));
  }

  /** PgBouncer 1.18 now and then dies of a reload that takes away a database with clients: it loses them in any case. */
  async #restart(): Promise<void> {
    await this.#machine.processes.stop(processName(this.host));
    await this.#start();
    this.#unread = false;
  }

  async #reload(): Promise<void> {
    this.#unread = true;
    await runCommand(this.#layout, "RELOAD");
    this.#unread = false;
  }

  /** The certificate that clients see, and the authority that the database's must be from. */
  async #writeTls(input: ProxyInput, host: Host): Promise<void> {
    const owner = await ownerOf(this.#machine);
    const authority = await regionAuthority(this.#machine);
    const pair = await authority.issue({
      name: this.host,
      commonName: this.host,
      usages: ["serverAuth"],
      names: [`DNS:${input.endpoint}`, `IP:${host.address}`],
    });
    writeOwned(this.#layout.authority, readFileSync(authority.files.cert, "utf8"), owner);
    writeOwned(this.#layout.certificate, readFileSync(pair.cert, "utf8"), owner);
    writeOwned(this.#layout.key, readFileSync(pair.key, "utf8"), owner);
  }

  /**
   * Settings, users and resolver; answers whether one is another than before. `mend`: also settings that somebody changed
   * by hand; else those are drift, which stays until an update asks for something else.
   */
  async #write(input: ProxyInput, host: Host, mend: boolean): Promise<boolean> {
    const layout = this.#layout;
    const owner = await ownerOf(this.#machine);
    const before = existsSync(layout.users) ? readFileSync(layout.users, "utf8") : "";
    const password = consolePassword(before) ?? randomBytes(24).toString("hex");
    const settings = configuration(input, host.address, layout);
    const asked = !existsSync(layout.written) || readFileSync(layout.written, "utf8") !== settings;
    const drifted = Object.keys(handMade(layout)).length > 0;
    const changed = [
      writeOwned(layout.resolver, resolverFile(this.#machine.dns.address), owner),
      writeOwned(layout.users, userList(input.users, password), owner),
      (mend || asked || !drifted) && writeOwned(layout.configuration, settings, owner),
    ].includes(true);
    // Last: a copy that is older than the file is made good by the next look.
    writeOwned(layout.written, settings, owner);
    return changed;
  }

  /** PgBouncer refuses to run as root: its user may walk through the region's folder to its own, not list it. */
  async #makeFolder(): Promise<void> {
    const root = dirname(this.#layout.folder);
    for (const folder of [dirname(root), root]) chmodSync(folder, statSync(folder).mode | 0o001);
    await ownFolder(this.#machine, this.#layout.folder);
  }

  /** Each message once, until another one comes. */
  #say(message: string): void {
    if (message !== "" && message !== this.#said) this.#log(message);
    this.#said = message;
  }
}
