import type { StoredResource } from "../region/protocol.ts";
import type { Account } from "./model.ts";

/** For tests of parts: an account whose resources are what the test puts there. It checks and computes nothing. */
export class RecordedAccount implements Account {
  readonly id = "000000000000";
  readonly region = "eu-central-1";
  readonly partition = "aws";
  /** By id. */
  readonly records: Map<string, StoredResource>;
  #made = 0;

  constructor(records = new Map<string, StoredResource>()) {
    this.records = records;
  }

  get(type: string, id: string): StoredResource | undefined {
    const found = this.records.get(id);
    return found?.type === type ? found : undefined;
  }

  readonly all = (type: string): readonly StoredResource[] =>
    [...this.records.values()].filter((resource) => resource.type === type);

  arn(service: string, resource: string, region = this.region): string {
    return `arn:aws:${service}:${region}:${this.id}:${resource}`;
  }

  newId(prefix: string): string {
    this.#made += 1;
    return `${prefix}-${String(this.#made).padStart(17, "0")}`;
  }

  add(resource: StoredResource): StoredResource {
    this.records.set(resource.id, resource);
    return resource;
  }
}
