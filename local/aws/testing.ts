/** What the unit tests of models and plugin share: an account in memory, and a region that is one. */
import type { Call } from "../provider/provider.ts";
import type {
  CreateRequest,
  JsonObject,
  RegionApi,
  ResourceRequest,
  StoredResource,
} from "../region/protocol.ts";
import type { Account } from "./model.ts";
import { resourceModel } from "./services/index.ts";
import type { CallRegion } from "./plugin.ts";

/** An account of models alone: no parts, no store. */
export class MemoryAccount implements Account {
  readonly id = "000000000000";
  readonly region = "eu-central-1";
  readonly partition = "aws";
  readonly records: StoredResource[] = [];
  private count = 0;

  get(type: string, id: string): StoredResource | undefined {
    return this.records.find((record) => record.type === type && record.id === id);
  }

  all(type: string): readonly StoredResource[] {
    return this.records.filter((record) => record.type === type);
  }

  arn(service: string, resource: string, region = this.region): string {
    return `arn:aws:${service}:${region}:${this.id}:${resource}`;
  }

  newId(prefix: string): string {
    this.count += 1;
    return `${prefix}-${this.count.toString(16).padStart(17, "0")}`;
  }

  /** Makes and records a resource; throws what the model throws. */
  make(type: string, inputs: JsonObject): StoredResource {
    const model = resourceModel(type);
    if (!model) throw new Error(`${type} is not modelled`);
    const made = model.create({ ...model.defaults, ...inputs }, this);
    const record = { urn: `urn:${this.records.length}`, type, id: made.id, inputs, outputs: made.outputs };
    this.records.push(record);
    return record;
  }

  update(record: StoredResource, inputs: JsonObject): StoredResource {
    const outputs = resourceModel(record.type)?.update?.(record, inputs, this) ?? {};
    const updated = { ...record, inputs, outputs };
    this.records.splice(this.records.indexOf(record), 1, updated);
    return updated;
  }

  remove(record: StoredResource): void {
    resourceModel(record.type)?.canDelete?.(record, this);
    this.records.splice(this.records.indexOf(record), 1);
  }
}

/** A region that makes, reads and deletes by the models; `calls` holds what was asked, in order. */
export function memoryRegion(): {
  readonly account: MemoryAccount;
  readonly calls: (readonly [keyof RegionApi, unknown])[];
  readonly call: CallRegion;
} {
  const account = new MemoryAccount();
  const calls: [keyof RegionApi, unknown][] = [];
  const answer = (name: keyof RegionApi, request: unknown): unknown => {
    const { type, id } = request as ResourceRequest;
    const record = account.get(type, id);
    switch (name) {
      case "aws/create":
        return account.make(type, (request as CreateRequest).inputs);
      case "aws/read":
        return record ?? null;
      case "aws/update":
        return record && account.update(record, (request as CreateRequest).inputs);
      case "aws/delete":
        if (record) account.remove(record);
        return null;
      default:
        throw new Error(`${name} is not part of this region`);
    }
  };
  const call: CallRegion = async (name, request) => {
    calls.push([name, request]);
    return answer(name, request) as RegionApi[typeof name]["result"];
  };
  return { account, calls, call };
}

/** A call of the engine's for a resource. */
export function engineCall(type: string, name = "it"): Call {
  return {
    urn: `urn:pulumi:dev::test::${type}::${name}`,
    type,
    name,
    signal: new AbortController().signal,
    progress: () => undefined,
    secretPaths: [],
    timeout: 0,
    randomSeed: new Uint8Array([1, 2, 3]),
  };
}
