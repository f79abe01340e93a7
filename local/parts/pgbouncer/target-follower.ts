import { processName as serverName } from "../postgres/layout.ts";
import { askConsole, runCommand } from "./console.ts";
import type { Machine } from "../machine.ts";
import type { Layout } from "./layout.ts";
import type { Target } from "./proxy-input.ts";

/** The resolver reads a changed name within 200 ms, and PgBouncer remembers the old one for as long: twice that, and some. */
const NAME_SETTLES_MS = 600;
/** How long after a change connections to elsewhere are looked for. */
const RENEW_FOR_MS = 10_000;
const HOLD_MS = 200;
/** A connection that is being made must be let be: one that is lost counts as a failed login. */
const ESTABLISHED = ["active", "idle", "tested", "used"];

/**
 * Takes clients from a primary to the next one as RDS Proxy does: while the server that the target's name leads to is gone,
 * they wait (PAUSE), for as long as `connectionBorrowTimeout` says; PgBouncer by itself would refuse them after the first
 * connection that fails. When the name leads elsewhere, connections to where it led before end with their transactions.
 */
export class TargetFollower {
  readonly #machine: Machine;
  readonly #layout: Layout;
  #address: string | undefined;
  #changedAt = 0;
  /** Clients wait; undefined: not known yet, as after a restart of the region. */
  #held: boolean | undefined;

  constructor(machine: Machine, layout: Layout) {
    this.#machine = machine;
    this.#layout = layout;
  }

  /** Looks once; to be called often. */
  async look(target: Target): Promise<void> {
    const [address] = this.#machine.dns.resolve(target.host);
    if (address !== this.#address) {
      this.#address = address;
      this.#changedAt = Date.now();
    }
    const age = Date.now() - this.#changedAt;
    if (!this.#serves(address)) return this.#hold(target);
    if (this.#held !== false && age >= NAME_SETTLES_MS) await this.#release(target);
    if (age < RENEW_FOR_MS && (await this.#leadsElsewhere())) await runCommand(this.#layout, "RECONNECT");
  }

  #serves(address: string | undefined): boolean {
    const host = this.#machine.hosts.list().find((each) => each.address === address);
    return host !== undefined && this.#machine.processes.running(serverName(host.name));
  }

  async #hold(target: Target): Promise<void> {
    this.#held = true;
    for (const name of await this.#databases(target, false)) {
      // Answered only when the last transaction has ended, which may take a lost connection's timeout: it holds at once.
      await runCommand(this.#layout, `PAUSE ${name}`, HOLD_MS).catch(() => undefined);
    }
  }

  async #release(target: Target): Promise<void> {
    for (const name of await this.#databases(target, true)) await runCommand(this.#layout, `RESUME ${name}`);
    this.#held = false;
  }

  /** Of the target's databases those that are paused, or those that are not. */
  async #databases({ databases }: Target, paused: boolean): Promise<readonly string[]> {
    const rows = await askConsole(this.#layout, "SHOW DATABASES");
    const found = rows
      .filter((row) => (Number(row["paused"]) === 1) === paused)
      .map(({ name }) => String(name));
    return databases.filter((name) => found.includes(name));
  }

  async #leadsElsewhere(): Promise<boolean> {
    const rows = await askConsole(this.#layout, "SHOW SERVERS");
    return rows.some(
      ({ addr, state, close_needed }) =>
        ESTABLISHED.includes(String(state)) && Number(close_needed) === 0 && addr !== this.#address,
    );
  }
}
