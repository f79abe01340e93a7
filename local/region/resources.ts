import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../aws/model.ts";
import { createAccount } from "./account.ts";
import { KeyedLock } from "./keyed-lock.ts";
import { outputsAfterCreate, outputsAfterUpdate } from "./outputs.ts";
import { mentions } from "./references.ts";
import { RegionError } from "./region-error.ts";
import { marks } from "./secret-marks.ts";
import type { Account, ResourceModel } from "../aws/model.ts";
import type { Models } from "./models.ts";
import type { PartDriver, Progress } from "./part.ts";
import type {
  CreateRequest,
  InvokeRequest,
  JsonObject,
  ResourceRequest,
  StoredResource,
  UpdateRequest,
} from "./protocol.ts";
import type { Store, StoreRecord } from "./store.ts";

export type Drivers = (type: string) => PartDriver | undefined;

/**
 * The region's resources: the service models decide what AWS would answer, the drivers run the parts, and the store
 * is written before and after each step, so that a crash at any moment is finished or cleared up by the next call.
 */
export class Resources {
  readonly account: Account;
  readonly store: Store;
  readonly #models: Models;
  #drivers: Drivers = () => undefined;
  readonly #locks = new KeyedLock();
  /** Records a call is working on now. A `creating` record without one is what a crash left. */
  readonly #working = new Set<number>();
  /** Deletions that are under way. */
  readonly #clearing = new Map<number, Promise<void>>();
  /** Parts that could not be taken over yet: being repaired, so not drift. */
  readonly #repairing = new Set<number>();

  constructor(store: Store, models: Models, region: string) {
    this.store = store;
    this.#models = models;
    this.account = createAccount(store, region, (record) => this.#visible(record));
  }

  /** Given late: drivers are made with the account. */
  useDrivers(drivers: Drivers): void {
    this.#drivers = drivers;
  }

  /**
   * Idempotent by URN: the same inputs again answer the first result, for the engine repeats what it saw no answer
   * to. Other inputs under the same URN are a replacement and make a second resource. A replacement with the very
   * same inputs (`pulumi up --replace` of a type without a name) cannot be told from a repeat.
   */
  async create(request: CreateRequest, progress: Progress): Promise<StoredResource> {
    const model = this.#model(request.type);
    return this.#locks.run(request.urn, async () => {
      for (const record of this.store.byUrn(request.urn)) {
        const same = isDeepStrictEqual(record.resource.inputs, request.inputs);
        if (record.state === "creating" && same) return this.#finishCreate(record, progress);
        if (record.state === "ready" && same && (await this.#present(record))) return record.resource;
        // Half made with other inputs, half gone, or removed by hand: what is left goes before the new one is made.
        if (record.state !== "ready" || same) await this.#clear(record, progress);
      }
      return this.#finishCreate(await this.#begin(model, request, progress), progress);
    });
  }

  /** Null when it was never made, is deleted, or an administrator removed its part. */
  async read({ type, id }: ResourceRequest): Promise<StoredResource | null> {
    const found = this.store.byId(type, id);
    if (!found || found.state === "creating") return null;
    return this.#locks.run(found.resource.urn, async () => {
      const record = this.store.byId(type, id);
      if (!record || record.state === "creating") return null;
      const present = await this.#present(record);
      if (record.state === "deleting") return present && this.#drivers(type) ? record.resource : null;
      const state = present ? "ready" : "gone";
      return (record.state === state ? record : this.store.put(record, { state })).state === "ready"
        ? this.#observed(record)
        : null;
    });
  }

  async update(request: UpdateRequest, progress: Progress): Promise<StoredResource> {
    const model = this.#model(request.type);
    const urn = this.#ready(request).resource.urn;
    return this.#locks.run(urn, async () => {
      const record = this.#ready(request);
      const previous = record.resource;
      const next = {
        ...previous,
        ...marks(request, previous),
        inputs: request.inputs,
        outputs: outputsAfterUpdate(
          previous,
          request.inputs,
          model.update?.(previous, request.inputs, this.account),
        ),
      };
      const running = await this.#drivers(request.type)?.update(next, previous, progress);
      const resource = { ...next, outputs: { ...next.outputs, ...running } };
      this.store.put(record, { resource });
      return resource;
    });
  }

  /** Gone already is success. */
  async delete(request: ResourceRequest, progress: Progress): Promise<null> {
    const urn = this.store.byId(request.type, request.id)?.resource.urn;
    if (urn === undefined) return null;
    return this.#locks.run(urn, async () => {
      const record = this.store.byId(request.type, request.id);
      if (!record) return null;
      if (record.state === "ready") {
        this.#model(request.type).canDelete?.(record.resource, this.account);
        this.#refuseWhileUsed(record);
        await this.#clearLeftoversOf(record, progress);
      }
      await this.#clear(record, progress);
      return null;
    });
  }

  invoke({ token, args }: InvokeRequest): JsonObject {
    const model = this.#models.function(token);
    if (!model) throw new RegionError("UnsupportedFunction", `${token} is not modelled by the stand-in`);
    return model.invoke(args, this.account);
  }

  /** Takes over every part in creation order and finishes deletions that were cut off, newest first. */
  async adopt(progress: Progress): Promise<void> {
    for (const record of this.store.all()) if (record.state === "ready") this.#repairing.add(record.sequence);
    for (const record of [...this.store.all()].reverse()) {
      if (record.state === "deleting") await this.#attempt(record, () => this.#clear(record, progress));
    }
    await this.repair(progress);
  }

  /** Tries again what could not be taken over. Answers whether all is well now. */
  async repair(progress: Progress): Promise<boolean> {
    for (const { sequence } of this.store.all().filter((record) => this.#repairing.has(record.sequence))) {
      const urn = this.store.all().find((record) => record.sequence === sequence)?.resource.urn ?? "";
      await this.#locks.run(urn, async () => {
        const record = this.store.all().find((candidate) => candidate.sequence === sequence);
        if (record?.state !== "ready") {
          this.#repairing.delete(sequence);
          return;
        }
        await this.#attempt(record, async () => {
          await this.#drivers(record.resource.type)?.adopt(record.resource, progress);
          this.#repairing.delete(sequence);
        });
      });
    }
    return this.#repairing.size === 0;
  }

  /** URNs of parts that could not be taken over yet. */
  repairing(): readonly string[] {
    return this.store
      .all()
      .filter((record) => this.#repairing.has(record.sequence))
      .map((record) => record.resource.urn);
  }

  /** Makes the record before the part: from here on a crash leaves a trace. */
  async #begin(model: ResourceModel, request: CreateRequest, progress: Progress): Promise<StoreRecord> {
    let made = model.create(request.inputs, this.account);
    const hidden = this.store.byId(request.type, made.id);
    if (hidden && !this.#visible(hidden)) {
      await this.#clear(hidden, progress);
      made = model.create(request.inputs, this.account);
    }
    const { urn, type, inputs } = request;
    const outputs = outputsAfterCreate(inputs, made.outputs);
    const resource = { urn, type, id: made.id, inputs, outputs, ...marks(request) };
    if (!this.#drivers(type)) return this.store.add(resource, "ready");
    const record = this.store.add(resource, "creating");
    this.#working.add(record.sequence);
    return record;
  }

  async #finishCreate(record: StoreRecord, progress: Progress): Promise<StoredResource> {
    if (record.state === "ready") return record.resource;
    return this.#while(record, async () => {
      try {
        const running = await this.#drivers(record.resource.type)?.create(record.resource, progress);
        const resource = { ...record.resource, outputs: { ...record.resource.outputs, ...running } };
        this.store.put(record, { state: "ready", resource });
        return resource;
      } catch (error) {
        // Nothing may stay of what the engine is told was not made. What cannot be cleared keeps its record.
        await this.#clear(record, progress).catch((left: unknown) => {
          console.error(`${record.resource.urn}: clearing up the failed create failed too:`, left);
        });
        throw error;
      }
    });
  }

  /** Removes part and record, once for all who ask; a failure leaves the record `deleting`, and the next delete goes on. */
  #clear(record: StoreRecord, progress: Progress): Promise<void> {
    const { sequence } = record;
    const running = this.#clearing.get(sequence);
    if (running) return running;
    const cleared = this.#clearNow(record, progress).finally(() => this.#clearing.delete(sequence));
    this.#clearing.set(sequence, cleared);
    return cleared;
  }

  async #clearNow(record: StoreRecord, progress: Progress): Promise<void> {
    const driver = this.#drivers(record.resource.type);
    // Without a part the removal of the record is the whole deletion: nothing can be cut off half way.
    const marked = driver !== undefined && record.state !== "deleting";
    const deleting = marked ? this.store.put(record, { state: "deleting" }) : record;
    await driver?.delete(record.resource, progress);
    this.store.remove(deleting);
    this.#repairing.delete(record.sequence);
  }

  /**
   * What a crash left half made in this resource (a host in a subnet) would outlive it unseen. What its own call is
   * clearing is no leftover: names of one stack are alike, and a cluster would wait for a database of its name.
   */
  async #clearLeftoversOf(record: StoreRecord, progress: Progress): Promise<void> {
    const left = this.store.all().filter((other) => {
      if (this.#visible(other) || this.#clearing.has(other.sequence)) return false;
      return mentions(other.resource.inputs, record.resource.id);
    });
    for (const other of [...left].reverse()) await this.#clear(other, progress);
  }

  #refuseWhileUsed({ resource }: StoreRecord): void {
    const user = this.store
      .all()
      .find((other) => this.#working.has(other.sequence) && mentions(other.resource.inputs, resource.id));
    if (!user) return;
    throw new AwsError(
      "DependencyViolation",
      `${resource.id} is in use by ${user.resource.id}, which is being made`,
    );
  }

  #visible(record: StoreRecord): boolean {
    return record.state === "ready" || (record.state === "creating" && this.#working.has(record.sequence));
  }

  async #present(record: StoreRecord): Promise<boolean> {
    if (this.#repairing.has(record.sequence)) return true;
    return (await this.#drivers(record.resource.type)?.present(record.resource)) ?? true;
  }

  /** The record stays as it is: it says what the part ought to be, which the next update restores. */
  async #observed({ resource, sequence }: StoreRecord): Promise<StoredResource> {
    if (this.#repairing.has(sequence)) return resource;
    const { inputs, outputs } = (await this.#drivers(resource.type)?.observe?.(resource)) ?? {};
    return {
      ...resource,
      inputs: { ...resource.inputs, ...inputs },
      outputs: { ...resource.outputs, ...inputs, ...outputs },
    };
  }

  #ready({ type, id }: ResourceRequest): StoreRecord {
    const record = this.store.byId(type, id);
    if (record?.state === "ready") return record;
    throw new RegionError(
      "ResourceNotFound",
      `${type} ${id} does not exist: run "pulumi refresh", then "up" again`,
    );
  }

  #model(type: string): ResourceModel {
    const model = this.#models.resource(type);
    if (!model) throw new RegionError("UnsupportedType", `${type} is not modelled by the stand-in`);
    return model;
  }

  async #while<T>(record: StoreRecord, task: () => Promise<T>): Promise<T> {
    this.#working.add(record.sequence);
    try {
      return await task();
    } finally {
      this.#working.delete(record.sequence);
    }
  }

  async #attempt(record: StoreRecord, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      console.error(`${record.resource.urn}: tried again in a while:`, error);
    }
  }
}
