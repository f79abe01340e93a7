import { backUp, isBackupDue } from "./backups.ts";
import { readInstance } from "./instance-input.ts";
import { ensurePrimary, failOver, removeDiscarded } from "./primary.ts";
import { ensureReplica } from "./replica.ts";
import { processName } from "./layout.ts";
import { NotReadyError, answers, probe } from "./server.ts";
import { isStreaming } from "./standby.ts";
import { leaderOf, nextNode, placeApart } from "./site.ts";
import { Scheduler } from "../scheduler.ts";
import { streamTo } from "./replication.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Progress, Site } from "./site.ts";

const SETTLE_MS = 120_000;
/** A server that runs and does not even refuse a connection for so long has hung. */
const HUNG_MS = 10_000;
/** A follower whose leader answers and that does not follow for so long has lost its way: it is copied anew. */
const ASTRAY_MS = 15_000;

/** Looks after one instance: makes it what its resource says, then watches it and repairs what crashes. */
export class Instance {
  readonly id: string;
  readonly #site: Site;
  readonly #scheduler: Scheduler;
  #silentSince: number | undefined;
  #astraySince: number | undefined;
  #failure = "";
  #backup: Promise<void> | undefined;

  constructor(site: Site, id: string) {
    this.#site = site;
    this.id = id;
    this.#scheduler = new Scheduler(
      () => this.#watch(),
      (error) => this.#failed(error),
    );
  }

  /** Resolves when all of it is as its resource says. */
  async ensure(): Promise<void> {
    await this.#scheduler.run(async () => {
      const end = Date.now() + SETTLE_MS;
      while (!(await this.#pass())) {
        if (Date.now() > end)
          throw new Error(`${this.id}: not all of its servers follow after ${SETTLE_MS / 1000} s`);
      }
      const record = this.#site.records.get(this.id);
      if (record && record.whole !== true) this.#site.records.put({ ...record, whole: true });
      return false;
    });
  }

  /** Takes over what still runs; what is not as it should be yet is finished in the background. */
  async adopt(): Promise<void> {
    await this.#scheduler.run(async () => !(await this.#pass()));
  }

  async close(): Promise<void> {
    await this.#scheduler.close();
    await this.#backup;
  }

  /** Answers whether something is under way. */
  async #watch(): Promise<boolean> {
    const input = this.#input();
    const record = this.#site.records.get(this.id);
    if (record === undefined || !(await this.#mayRepair(input, record))) return false;
    if (await this.#isWell(input, record)) {
      this.#failure = "";
      // Else a failover's moment would count at the next change: a follower that is well would be copied anew.
      this.#astraySince = undefined;
      this.#backUp(input, record);
      return false;
    }
    return !(await this.#pass());
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
    if (leader) return isStreaming(this.#site, leader, record.primary.host).catch(() => false);
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
      this.#silentSince = undefined;
      return false;
    }
    this.#silentSince ??= Date.now();
    return Date.now() - this.#silentSince > HUNG_MS;
  }

  /** One step towards what the resource says. Answers whether nothing is left to do. */
  async #pass(): Promise<boolean> {
    const site = this.#site;
    const input = this.#input();
    let record = site.records.get(this.id) ?? this.#begin(input);
    record = await removeDiscarded(site, record);
    const server = record.primary;
    if (await this.#isLost(record)) {
      if (record.synchronous) record = await failOver(site, input, record);
      // There is nobody to take over: it begins again where it is.
      if (record.primary.host === server.host) await site.machine.processes.stop(processName(server.host), 0);
      this.#silentSince = undefined;
    } else if (!(await answers(site.machine, server))) {
      // Nothing is known of it yet, so nothing is changed.
      return false;
    }
    const now = Date.now();
    const anew = this.#astraySince !== undefined && now - this.#astraySince > ASTRAY_MS;
    const progress = await this.#ensure(input, record, anew).catch((error: unknown) => {
      if (!isFollower(error, input, record)) throw error;
      this.#failed(error);
      return "astray" as const;
    });
    this.#astraySince = progress === "astray" && !anew ? (this.#astraySince ?? now) : undefined;
    return progress === "done";
  }

  async #ensure(input: InstanceInput, record: InstanceRecord, anew: boolean): Promise<Progress> {
    if (!input.source) return ensurePrimary(this.#site, input, record, anew);
    const leader = this.#leader(input);
    return leader ? ensureReplica(this.#site, input, record, leader, anew) : "waits";
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

/** Whether a follower did not come up: what it has may be of no use, and its leader's data is whole. */
function isFollower(error: unknown, { source }: InstanceInput, { primary }: InstanceRecord): boolean {
  return error instanceof NotReadyError && (source !== undefined || error.host !== primary.host);
}
