/** What the tests share: real hosts, a record made by the service models, PostgreSQL servers, and clients. */
import { chmodSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { text } from "../../aws/services/fields.ts";
import { INSTANCE, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { resourceModel } from "../../aws/services/index.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { createMachine, type LocalMachine } from "../host/machine.ts";
import { createSandbox } from "../host/testing/sandbox.ts";
import { until } from "../host/until.ts";
import { ownerOf, programPath, runAsOwner } from "../postgres/program.ts";
import { ownFolder, writeOwned } from "../postgres/server-files.ts";
import { createPgbouncerDrivers } from "./driver.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Sandbox } from "../host/testing/sandbox.ts";
import type { PartDriver } from "../../region/part.ts";

export const ADMIN_PASSWORD = "Correct0Horse1Battery2Staple3xyz4";
export const RW_PASSWORD = "Some0Other1Word2That3Is4Long5Enough";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

export class TestSite {
  readonly sandbox: Sandbox = createSandbox();
  readonly account = new MemoryAccount();
  readonly logged: string[] = [];
  machine!: LocalMachine;
  secret!: StoredResource;
  instance!: StoredResource;
  #drivers: readonly PartDriver[] = [];
  #subnets: readonly string[] = [];
  #roleArn = "";

  async open(): Promise<void> {
    // PgBouncer's user must be let in; the folders below /tmp are root's.
    chmodSync(dirname(this.sandbox.stateDir), 0o711);
    await this.startRegion();
    const vpc = this.account.make("aws:ec2/vpc:Vpc", { cidrBlock: this.sandbox.vpcCidr });
    await this.machine.network.ensureVpc(vpc.id, this.sandbox.vpcCidr);
    await this.machine.resolvers.ensureResolver(vpc.id);
    this.#subnets = ["a", "b"].map((letter, index) => {
      const cidrBlock = `${this.sandbox.address(`${index + 1}.0`)}/24`;
      const availabilityZone = `eu-central-1${letter}`;
      const { id } = this.account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock,
        availabilityZone,
      });
      this.machine.network.ensureSubnet(id, vpc.id, cidrBlock, availabilityZone);
      return id;
    });
    this.#makeRecord();
  }

  /** Also as after a kill: new drivers that know nothing, on a machine that takes over what still runs. */
  async startRegion(): Promise<void> {
    this.machine = await createMachine(this.sandbox);
    this.#drivers = createPgbouncerDrivers({
      machine: this.machine,
      account: this.account,
      log: (message) => this.logged.push(message),
    });
  }

  async close(): Promise<void> {
    this.machine.close();
    await this.sandbox.clear();
  }

  #makeRecord(): void {
    this.account.make("aws:rds/subnetGroup:SubnetGroup", { name: "data", subnetIds: this.#subnets });
    this.instance = this.account.make(INSTANCE, {
      ...{ identifier: "quiz", engine: "postgres", engineVersion: "15", instanceClass: "db.t4g.micro" },
      ...{ allocatedStorage: 20, dbSubnetGroupName: "data", username: "twinstack_admin", dbName: "quiz" },
      ...{ password: ADMIN_PASSWORD, skipFinalSnapshot: true, multiAz: true },
    });
    this.secret = this.account.make(SECRET, { name: "rw" });
    this.account.make(VERSION, {
      secretId: this.secret.id,
      secretString: JSON.stringify({ username: "app_rw", password: RW_PASSWORD }),
    });
    const trust = {
      Effect: "Allow",
      Principal: { Service: "rds.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const role = this.account.make(ROLE, {
      name: "pooler",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    });
    this.#roleArn = text(role.outputs, "arn") ?? "";
    this.allow([this.secret.id]);
  }

  /** Sets the secrets that the pooler's role may read. */
  allow(secrets: readonly string[]): void {
    const [before] = this.account.all(ROLE_POLICY);
    if (before) this.account.remove(before);
    const Statement = [{ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secrets }];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement });
    this.account.make(ROLE_POLICY, { name: "secrets", role: "pooler", policy });
  }

  proxyInputs(): JsonObject {
    return {
      name: "quiz",
      engineFamily: "POSTGRESQL",
      requireTls: true,
      roleArn: this.#roleArn,
      auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn: this.secret.id }],
      vpcSubnetIds: this.#subnets,
    };
  }

  async create(type: string, inputs: JsonObject): Promise<StoredResource> {
    const resource = this.account.make(type, inputs);
    await this.driver(type).create(resource, () => undefined);
    return resource;
  }

  /** As the region does it: the record says so after the driver has answered. */
  async update(before: StoredResource, change: JsonObject): Promise<StoredResource> {
    const current = this.account.get(before.type, before.id) ?? before;
    const inputs = { ...current.inputs, ...change };
    const changed = resourceModel(current.type)?.update?.(current, inputs, this.account) ?? {};
    const next = { ...current, inputs, outputs: { ...current.outputs, ...changed } };
    await this.driver(current.type).update(next, current, () => undefined);
    this.account.records.splice(this.account.records.indexOf(current), 1, next);
    return next;
  }

  async delete({ type, id }: StoredResource): Promise<void> {
    const found = this.account.get(type, id);
    if (!found) return;
    this.account.remove(found);
    await this.driver(type).delete(found, () => undefined);
  }

  async adoptAll(): Promise<void> {
    for (const type of [PROXY, PROXY_TARGET_GROUP, PROXY_TARGET]) {
      for (const each of this.account.all(type)) await this.driver(type).adopt(each, () => undefined);
    }
  }

  driver(type: string): PartDriver {
    const found = this.#drivers.find(({ types }) => types.includes(type));
    if (!found) throw new Error(`no driver for ${type}`);
    return found;
  }

  /** A PostgreSQL server with the instance's certificate, which admits app_rw over TLS alone and knows its own name. */
  async startServer(name: string): Promise<void> {
    const host = await this.machine.hosts.ensure(name, this.#subnets[0] ?? "");
    const owner = await ownerOf(this.machine);
    const folder = join(this.machine.dataDir("servers"), name);
    const data = join(folder, "data");
    chmodSync(dirname(folder), 0o711);
    chmodSync(this.sandbox.stateDir, 0o711);
    await ownFolder(this.machine, folder);
    const initialize = ["-D", data, "-U", "postgres", "--no-sync", "--locale=C", "--encoding=UTF8"];
    await runAsOwner(this.machine, "initdb", initialize);
    const pair = await (
      await regionAuthority(this.machine)
    ).issue({
      name,
      commonName: name,
      usages: ["serverAuth"],
      names: [`DNS:${this.endpoint}`],
    });
    writeOwned(join(folder, "server.crt"), readFileSync(pair.cert, "utf8"), owner);
    writeOwned(join(folder, "server.key"), readFileSync(pair.key, "utf8"), owner);
    writeOwned(
      join(data, "pg_hba.conf"),
      "local all postgres trust\nhostssl all all all scram-sha-256\n",
      owner,
    );
    const settings = {
      listen_addresses: host.address,
      unix_socket_directories: folder,
      ...{ ssl: "on", ssl_cert_file: join(folder, "server.crt"), ssl_key_file: join(folder, "server.key") },
      ...{ fsync: "off", shared_buffers: "8MB", max_connections: "20", dynamic_shared_memory_type: "mmap" },
      cluster_name: name,
    };
    await this.machine.processes.ensure({
      name: `${name}/postgres`,
      host: name,
      command: programPath("postgres"),
      args: ["-D", data, ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`])],
      user: owner,
    });
    const local = { host: folder, user: "postgres", database: "postgres" };
    await until(`${name} to start`, 30_000, () =>
      query(local, "SELECT 1").then(
        () => true,
        () => false,
      ),
    );
    await query(local, `CREATE ROLE app_rw LOGIN PASSWORD '${RW_PASSWORD}'`);
    await query(local, "CREATE DATABASE quiz OWNER app_rw");
  }

  get endpoint(): string {
    return text(this.instance.outputs, "address") ?? "";
  }

  /** The instance's name leads to that server from now on. */
  async pointTo(name: string): Promise<void> {
    await this.machine.dns.set(this.endpoint, [this.machine.hosts.get(name)?.address ?? ""]);
  }

  /** A connection through the pooler, by its name, as an app makes it: its certificate is checked. */
  async client(proxy: StoredResource, options: pg.ClientConfig = {}): Promise<pg.ClientConfig> {
    const name = text(proxy.outputs, "endpoint") ?? "";
    const [address = ""] = this.machine.dns.resolve(name);
    const ca = readFileSync((await regionAuthority(this.machine)).files.cert, "utf8");
    return {
      ...{ host: address, port: 5432, user: "app_rw", password: RW_PASSWORD, database: "quiz" },
      ssl: { ca, servername: name },
      connectionTimeoutMillis: 3000,
      query_timeout: 4000,
      ...options,
    };
  }
}

/** One statement on a connection of its own; its first row's first column. */
export async function query(options: pg.ClientConfig, sql: string): Promise<unknown> {
  const client = new pg.Client(options);
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end().catch(() => undefined);
  }
}
