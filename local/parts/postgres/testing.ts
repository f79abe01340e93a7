import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { regionAuthority } from "../authority/region-authority.ts";
import { createMachine } from "../host/machine.ts";
import { createSandbox } from "../host/testing/sandbox.ts";
import { INSTANCE, PARAMETER_GROUP, SUBNET_GROUP } from "../../aws/services/rds/references.ts";
import { text } from "../../aws/services/fields.ts";
import { RecordedAccount } from "../../aws/testing-account.ts";
import { createPostgresDrivers } from "./driver.ts";
import { processName } from "./layout.ts";
import { InstanceRecords } from "./record.ts";
import { TIMING } from "./site.ts";
import type { InstanceRecord } from "./record.ts";
import type { Timing } from "./site.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import type { PartDriver } from "../../region/part.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { Sandbox } from "../host/testing/sandbox.ts";

export const VPC = "vpc-00000000000000abc";
export const PASSWORD = "Correct0Horse1Battery2Staple3xyz4";
export const ADMIN = "twinstack_admin";
const ZONES = ["a", "b", "c"];

/** Real hosts in three zones, the drivers, and a record of resources as the region keeps it. */
export class TestSite {
  readonly sandbox: Sandbox = createSandbox();
  readonly record = new Map<string, StoredResource>();
  readonly account = new RecordedAccount(this.record);
  readonly logged: string[] = [];
  /** May be changed while it runs; what an instance has begun to wait for keeps its limit until the next region. */
  readonly timing: { -readonly [Key in keyof Timing]: Timing[Key] } = { ...TIMING };
  machine!: LocalMachine;
  #drivers: readonly PartDriver[] = [];

  async open(): Promise<void> {
    // PostgreSQL's user must be let in; /tmp's own folders are root's.
    chmodSync(dirname(this.sandbox.stateDir), 0o711);
    this.machine = await createMachine(this.sandbox);
    await this.machine.network.ensureVpc(VPC, this.sandbox.vpcCidr);
    ZONES.forEach((zone, index) => {
      const id = `subnet-${zone}`;
      const cidr = `${this.sandbox.address(`${index + 1}.0`)}/24`;
      this.machine.network.ensureSubnet(id, VPC, cidr, `eu-central-1${zone}`);
      this.put("aws:ec2/subnet:Subnet", id, { availabilityZone: `eu-central-1${zone}` });
    });
    this.put(SUBNET_GROUP, "data", { subnetIds: ZONES.map((zone) => `subnet-${zone}`) });
    this.#drivers = createPostgresDrivers({
      machine: this.machine,
      account: this.account,
      log: (message) => this.logged.push(message),
      timing: this.timing,
    });
  }

  /** As a region that is killed: the drivers know nothing any more, what runs goes on. */
  async restartRegion(meanwhile: () => unknown = () => undefined): Promise<void> {
    this.machine.close();
    meanwhile();
    await this.open();
    for (const resource of this.record.values())
      await this.#driver(resource.type)?.adopt(resource, () => undefined);
  }

  async close(): Promise<void> {
    for (const resource of [...this.record.values()].reverse()) await this.delete(resource.id);
    this.machine.close();
    await this.sandbox.clear();
  }

  put(type: string, id: string, outputs: JsonObject): StoredResource {
    const resource = { urn: `urn:${id}`, type, id, inputs: outputs, outputs };
    this.record.set(id, resource);
    return resource;
  }

  async createGroup(id: string, parameters: Readonly<Record<string, string>>): Promise<StoredResource> {
    const group = this.put(PARAMETER_GROUP, id, parameterGroup(id, parameters));
    await this.#driver(PARAMETER_GROUP)?.create(group, () => undefined);
    return group;
  }

  async createInstance(identifier: string, inputs: JsonObject = {}): Promise<StoredResource> {
    const resource = this.put(INSTANCE, instanceId(identifier), {
      ...instance(identifier),
      ...inputs,
    });
    try {
      await this.#driver(INSTANCE)?.create(resource, () => undefined);
      return resource;
    } catch (error) {
      this.record.delete(resource.id);
      throw error;
    }
  }

  async update(resource: StoredResource, outputs: JsonObject): Promise<StoredResource> {
    const next = { ...resource, inputs: outputs, outputs };
    await this.#driver(resource.type)?.update(next, resource, () => undefined);
    this.record.set(resource.id, next);
    return next;
  }

  async delete(id: string): Promise<void> {
    const resource = this.record.get(id);
    if (resource) await this.#driver(resource.type)?.delete(resource, () => undefined);
    this.record.delete(id);
  }

  /** The record of who is who in an instance. */
  servers({ id }: StoredResource): InstanceRecord {
    const record = new InstanceRecords(this.machine).get(id);
    if (!record) throw new Error(`${id} has no record`);
    return record;
  }

  /** Pid of the server's first process. */
  pid(host: string): number {
    const found = this.machine.processes.list().find(({ name }) => name === processName(host));
    if (!found) throw new Error(`${host} runs no server`);
    return found.pid;
  }

  runs(host: string): boolean {
    return this.machine.processes.running(processName(host));
  }

  /** Stops a server with all its processes: it keeps its connections and says nothing, as a machine that hangs. */
  hang(host: string): void {
    const first = this.pid(host);
    process.kill(first, "SIGSTOP");
    const children = execFileSync("pgrep", ["--parent", String(first)], { encoding: "utf8" });
    for (const child of children.trim().split("\n")) process.kill(Number(child), "SIGSTOP");
  }

  driver(type: string): PartDriver {
    const found = this.#driver(type);
    if (!found) throw new Error(`no driver for ${type}`);
    return found;
  }

  #driver(type: string): PartDriver | undefined {
    return this.#drivers.find(({ types }) => types.includes(type));
  }

  /** A client's connection to an instance, by its name, as an app makes it: its certificate is checked. */
  async connect(resource: StoredResource, options: pg.ClientConfig = {}): Promise<pg.Client> {
    const name = addressOf(resource);
    const [address = ""] = this.machine.dns.resolve(name);
    const ca = readFileSync((await regionAuthority(this.machine)).files.cert, "utf8");
    const client = new pg.Client({
      host: address,
      port: 5432,
      user: ADMIN,
      password: PASSWORD,
      database: "quiz",
      ssl: { ca, servername: name },
      connectionTimeoutMillis: 3000,
      ...options,
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** One statement's rows. */
  async query(
    resource: StoredResource,
    sql: string,
    values: readonly unknown[] = [],
    options: pg.ClientConfig = {},
  ): Promise<readonly Record<string, unknown>[]> {
    const client = await this.connect(resource, options);
    try {
      return (await client.query<Record<string, unknown>>(sql, [...values])).rows;
    } finally {
      await client.end();
    }
  }
}

/** The name of its endpoint. */
export function addressOf({ outputs }: StoredResource): string {
  return text(outputs, "address") ?? "";
}

export function instanceId(identifier: string): string {
  return `db-${identifier.toUpperCase().padEnd(26, "A")}`;
}

function instance(identifier: string): JsonObject {
  return {
    identifier,
    address: `${identifier}.cabcdefghijk.eu-central-1.rds.amazonaws.com`,
    arn: `arn:aws:rds:eu-central-1:000000000000:db:${identifier}`,
    availabilityZone: "eu-central-1a",
    backupRetentionPeriod: 0,
    dbName: "quiz",
    dbSubnetGroupName: "data",
    engine: "postgres",
    engineVersion: "15",
    instanceClass: "db.t4g.micro",
    multiAz: false,
    parameterGroupName: "default.postgres15",
    password: PASSWORD,
    port: 5432,
    skipFinalSnapshot: true,
    username: ADMIN,
  };
}

/** `{ name: value }`; a static one as `pending-reboot`. */
export function parameterGroup(name: string, parameters: Readonly<Record<string, string>>): JsonObject {
  const entries = Object.entries(parameters).map(([parameter, value]) => ({
    name: parameter,
    value,
    applyMethod: ["max_connections", "shared_preload_libraries"].includes(parameter)
      ? "pending-reboot"
      : "immediate",
  }));
  return { name, family: "postgres15", parameters: entries };
}

/** Ids of the System V segments that the sandbox's servers hold now. */
export function segmentsOf({ machine }: TestSite): readonly string[] {
  const nodes = join(machine.dataDir("postgres"), "nodes");
  const files = readdirSync(nodes).map((host) => join(nodes, host, "data", "postmaster.pid"));
  return files
    .filter(existsSync)
    .map((file) => readFileSync(file, "utf8").split("\n")[6]?.trim().split(/\s+/)[1] ?? "");
}

/** Ids of all System V segments of this machine. */
export function allSegments(): readonly string[] {
  const lines = readFileSync("/proc/sysvipc/shm", "utf8").split("\n").slice(1);
  return lines.map((line) => line.trim().split(/\s+/)[1] ?? "");
}
