import type { Observation, PartDriver } from "../part.ts";
import type { StoredResource } from "../protocol.ts";

/** Runs "parts" that are entries of a set, writes down each call, and fails or waits where a test says so. */
export class ToyDriver implements PartDriver {
  readonly types: readonly string[];
  readonly calls: string[] = [];
  readonly running = new Set<string>();
  /** What an administrator made of every part by hand. */
  observed: Observation = {};
  /** Throws in this step. */
  failIn: string | undefined;
  /** `create` waits for it. */
  gate: Promise<void> = Promise.resolve();
  /** `delete` waits for it. */
  deleteGate: Promise<void> = Promise.resolve();

  constructor(types: readonly string[]) {
    this.types = types;
  }

  async create(resource: StoredResource): Promise<Readonly<Record<string, string>>> {
    this.#note("create", resource);
    this.running.add(resource.id);
    await this.gate;
    this.#maybeFail("create");
    return { endpoint: `at ${resource.id}` };
  }

  async update(resource: StoredResource): Promise<Readonly<Record<string, string>>> {
    this.#note("update", resource);
    this.#maybeFail("update");
    return {};
  }

  async delete(resource: StoredResource): Promise<void> {
    this.#note("delete", resource);
    await this.deleteGate;
    this.#maybeFail("delete");
    this.running.delete(resource.id);
  }

  async present(resource: StoredResource): Promise<boolean> {
    return this.running.has(resource.id);
  }

  async observe(): Promise<Observation> {
    return this.observed;
  }

  async adopt(resource: StoredResource): Promise<void> {
    this.#note("adopt", resource);
    this.#maybeFail("adopt");
    this.running.add(resource.id);
  }

  #note(step: string, resource: StoredResource): void {
    this.calls.push(`${step} ${resource.urn}`);
  }

  #maybeFail(step: string): void {
    if (this.failIn === step) throw new Error(`${step} failed`);
  }
}
