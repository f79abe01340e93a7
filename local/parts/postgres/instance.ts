import { setTimeout as delay } from "node:timers/promises";
import { backUp, isBackupDue } from "./backups.ts";
import { readInstance } from "./instance-input.ts";
import { ensurePrimary, failOver, removeDiscarded } from "./primary.ts";
import { ensureReplica } from "./replica.ts";
import { processName } from "./layout.ts";
import { isLasting, isPassing, whilePassing } from "./passing.ts";
import { Patience } from "./patience.ts";
import { NotReadyError } from "./not-ready.ts";
import { isRunning, killServer, look, probe, recoveryWork } from "./server.ts";
import { isStreaming } from "./standby.ts";
import { leaderOf, nextNode, placeApart } from "./site.ts";
import { Scheduler } from "../scheduler.ts";
import { streamTo } from "./replication.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Progress, Site } from "./site.ts";

/** Between two looks at a change that goes on: from the first to the last, each twice as long as the one before. */
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1000;
/** After a repair that failed, until it is tried again; doubles with every failure. */
const FIRST_REST_MS = 1000;
const LAST_REST_MS = 60_000;

/** Looks after one instance: makes it what its resource says, then watches it and repairs what crashes. */
export class Instance {
  readonly id: string;
  readonly #site: Site;
  readonly #scheduler: Scheduler;
  /** Of a server that says nothing. */
  readonly #silent: Patience;
  /** Of a follower that does not follow. */
  readonly #astray: Patience;
  readonly #closing = new AbortController();
  /** The last look found a copy under way. */
  #copying = false;
  #failure = "";
  #restMs = FIRST_REST_MS;
  #restsUntil = 0;
  #backup: Promise<void> | undefined;

  constructor(site: Site, id: string) {
    this.#site = site;
    this.id = id;
    this.#silent = new Patience(site.timing.hungMs, () => site.timing.now());
    this.#astray = new Patience(site.timing.astrayMs, () => site.timing.now());
    this.#scheduler = new Scheduler(
      () => this.#watch(),
      (error) => this.#failed(error),
    );
  }

  /**
   * Resolves when all of it is as its resource says, however long the copies of its data take. Rejects at once with what does
   * not pass by itself, and with the last failure when it gets no further for two minutes.
   */
  async ensure(): Promise<void> {
    await this.#scheduler.run(async () => {
      await this.#settle();
      const record = this.#site.records.get(this.id);
      if (record && record.whole !== true) this.#site.records.put({ ...record, whole: true });
      return false;
    });
  }

  /** Takes over what still runs; what is not as it should be yet is finished in the background. */
  async adopt(): Promise<void> {
    await this.#scheduler.run(async () => isSoonDone(await this.#pass()));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#scheduler.close();
    await this.#backup;
  }

  async #settle(): Promise<void> {
    const { settleMs } = this.#site.timing;
    const patience = new Patience(settleMs, () => this.#site.timing.now());
    // The first look is at everything: the resource may be another one than before.
    this.#copying = false;
    let failure = "";
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      const progress = await this.#pass().catch((error: unknown): Progress => {
        if (!isPassing(error)) throw error;
        this.#failed(error);
        failure = `: ${(error as Error).message}`;
        return "waits";
      });
      if (progress === "done") return;
      if (progress === "copying") patience.reset();
      else patience.wait(this.#work());
      if (patience.spent)
        throw new Error(`${this.id}: not all of its servers follow after ${settleMs / 1000} s${failure}`);
      await this.#pause(pauseMs);
    }
  }

  /** Ends early when a copy has ended. */
  async #pause(ms: number): Promise<void> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#closing.signal]);
    try {
      await Promise.race([delay(ms, undefined, { signal }), this.#site.copies.next()]);
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
      throw new Error(`${this.id}: the region is ending`, { cause: error });
    } finally {
      over.abort();
    }
  }

  /** Answers whether something is under way. */
  async #watch(): Promise<boolean> {
    const input = this.#input();
    const record = this.#site.records.get(this.id);
    if (record === undefined || !(await this.#mayRepair(input, record))) return false;
    if (await this.#isWell(input, record)) {
      this.#failure = "";
      this.#restMs = FIRST_REST_MS;
      // Else a failover's moment would count at the next change: a follower that is well would be copied anew.
      this.#astray.reset();
      this.#backUp(input, record);
      return false;
    }
    // What failed is not tried again at every look; a primary that is lost does not wait for that.
    if (Date.now() < this.#restsUntil && (input.source !== undefined || !(await this.#isLost(record))))
      return false;
    try {
      const soon = isSoonDone(await this.#pass());
      this.#restMs = FIRST_REST_MS;
      return soon;
    } catch (error) {
      // Taken away in the middle of it: drift, as above.
      if (!(await this.#mayRepair(input, record))) return false;
      this.#restsUntil = Date.now() + this.#restMs;
      this.#restMs = Math.min(2 * this.#restMs, LAST_REST_MS);
      throw error;
    }
  }

  /** Without a standby a host that is gone was removed by hand: that is drift, not a crash. */
  async #mayRepair(input: InstanceInput, record: InstanceRecord): Promise<boolean> {
    return input.multiAz || this.#site.machine.hosts.present(record.primary.host);
  }

  async #isWell(input: InstanceInput, record: InstanceRecord): Promise<boolean> {
    const { machine } = this.#site;
    if (record.discarded.length > 0 || (await this.#isLost(record))) return false;
    if ((await probe(machine, record.primary)) !== "answers") return false;
    const leader = this.#leader(input);
    if (leader) return isStreaming(this.#site, leader, record.primary.host).catch(whilePassing(false));
    if (!input.multiAz) return record.standby === undefined;
    if (record.standby === undefined || !record.synchronous) return false;
    const stream = await streamTo(machine, record.primary, record.standby.host);
    return stream === "sync";
  }

  /** Its process has ended, its host is gone, or it has hung. */
  async #isLost({ primary }: InstanceRecord): Promise<boolean> {
    const { machine } = this.#site;
    if (!(await machine.hosts.present(primary.host))) return true;
    if (!machine.processes.running(processName(primary.host))) return true;
    if ((await probe(machine, primary)) !== "silent") {
      this.#silent.reset();
      return false;
    }
    this.#silent.wait("");
    return this.#silent.spent;
  }

  /** One step towards what the resource says. */
  async #pass(): Promise<Progress> {
    const progress = await this.#step();
    this.#copying = progress === "copying";
    return progress;
  }

  async #step(): Promise<Progress> {
    const site = this.#site;
    const input = this.#input();
    let record = site.records.get(this.id) ?? this.#begin(input);
    record = await removeDiscarded(site, record);
    const server = record.primary;
    if (input.source && this.#isStillCopying(input, record)) return "copying";
    if (await this.#isLost(record)) {
      if (record.synchronous) record = await failOver(site, input, record);
      // There is nobody to take over: it begins again where it is.
      const stays = record.primary.host === server.host;
      if (stays && site.copies.state(server.host) === "none") await killServer(site.machine, server.host);
      this.#silent.reset();
    } else {
      const { answer, error } = await look(site.machine, server);
      if (answer === "refuses" && !isPassing(error)) throw error as Error;
      // Nothing is known of it yet, so nothing is changed.
      if (answer !== "answers") return "waits";
      // Nothing else is asked of a primary meanwhile, which would keep it from being looked at soon again.
      if (this.#isStillCopying(input, record)) return "copying";
    }
    const anew = this.#astray.spent;
    const progress = await this.#ensure(input, record, anew).catch((error: unknown) => {
      if (!isFollower(error, input, record) || isLasting(error.message)) throw error;
      // One that is still on its way is no news.
      if (!isRunning(site.machine, error.host)) this.#failed(error);
      return "astray" as const;
    });
    // Only now: what came before, the copy of its data above all, is no time in which it could have followed.
    if (progress === "astray" && !anew) this.#astray.wait(this.#work());
    else this.#astray.reset();
    return progress;
  }

  /** The copy that the last look found goes on, and is still wanted. */
  #isStillCopying(input: InstanceInput, record: InstanceRecord): boolean {
    const follower = input.source ? record.primary : record.standby;
    const { copies } = this.#site;
    if (!this.#copying || follower === undefined || copies.state(follower.host) !== "running") return false;
    return input.source ? this.#leader(input)?.host === copies.from(follower.host) : input.multiAz;
  }

  async #ensure(input: InstanceInput, record: InstanceRecord, anew: boolean): Promise<Progress> {
    if (!input.source) return ensurePrimary(this.#site, input, record, anew);
    const leader = this.#leader(input);
    return leader ? ensureReplica(this.#site, input, record, leader, anew) : "waits";
  }

  /** What its servers are replaying now: as long as that changes, they get on. */
  #work(): string {
    const record = this.#site.records.get(this.id);
    const nodes = record === undefined ? [] : [record.primary, ...(record.standby ? [record.standby] : [])];
    return nodes.map(({ host }) => recoveryWork(this.#site.machine, host)).join();
  }

  /** Beside the watch, which must not wait for it. */
  #backUp(input: InstanceInput, record: InstanceRecord): void {
    const leader = leaderOf(this.#site, record, input);
    if (this.#backup || !leader || !isBackupDue(this.#site.machine, input)) return;
    this.#backup = backUp(this.#site.machine, input, leader)
      .catch((error: unknown) => this.#failed(error))
      .finally(() => (this.#backup = undefined));
  }

  /** Whom a replica follows: its source's primary of the moment. */
  #leader(input: InstanceInput): Leader | undefined {
    const { source } = input;
    const record = source && this.#site.records.get(source.id);
    if (!source || !record) return undefined;
    return leaderOf(this.#site, record, readInstance(source, this.#site.account));
  }

  #begin(input: InstanceInput): InstanceRecord {
    const inZone = input.places.find(({ zone }) => zone === input.zone);
    const place = inZone ?? placeApart(this.#site, input, []);
    const record: InstanceRecord = {
      id: input.id,
      primary: nextNode({ id: input.id, next: 0 }, place),
      synchronous: false,
      ...(input.source ? { source: input.source.id } : {}),
      discarded: [],
      next: 1,
    };
    this.#site.records.put(record);
    return record;
  }

  #input(): InstanceInput {
    const resource = this.#site.resource(this.id);
    if (!resource) throw new Error(`${this.id} is not in the record`);
    return readInstance(resource, this.#site.account);
  }

  /** The same failure again and again is one line. */
  #failed(error: unknown): void {
    const message = (error as Error).message;
    if (message !== this.#failure) this.#site.log(`${this.id}: ${message}`);
    this.#failure = message;
  }
}

/** A copy is looked at as rarely as one that is well. */
function isSoonDone(progress: Progress): boolean {
  return progress === "waits" || progress === "astray";
}

/** Whether a follower did not come up: what it has may be of no use, and its leader's data is whole. */
function isFollower(
  error: unknown,
  { source }: InstanceInput,
  { primary }: InstanceRecord,
): error is NotReadyError {
  return error instanceof NotReadyError && (source !== undefined || error.host !== primary.host);
}
