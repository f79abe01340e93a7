import { once } from "node:events";
import { chmodSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";

import {
  PARAMETER_GROUP,
  REPLICATION_GROUP,
  SUBNET_GROUP,
} from "../../aws/services/elasticache/references.ts";
import { TWO_NODES } from "../../aws/services/elasticache/testing.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { PartDriver } from "../../region/part.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { createMachine } from "../host/machine.ts";
import type { LocalMachine } from "../host/machine.ts";
import { createSandbox } from "../host/testing/sandbox.ts";
import { createCacheDrivers } from "./driver.ts";

export const TOKEN = "aTokenOfThirtyTwoCharactersOrMore0";
const quiet = (): void => undefined;

/** Real hosts and real Redis, in names and addresses of their own. */
export class TestRegion {
  readonly sandbox = createSandbox();
  readonly account = new MemoryAccount();
  readonly log: string[] = [];
  #machine: LocalMachine | undefined;
  #drivers: readonly PartDriver[] = [];
  readonly #clients: Redis[] = [];

  get machine(): LocalMachine {
    if (this.#machine === undefined) throw new Error("not started");
    return this.#machine;
  }

  /** A VPC with a subnet in each of two zones, and a subnet group of both. */
  async start(): Promise<void> {
    const vpc = this.account.make("aws:ec2/vpc:Vpc", { cidrBlock: this.sandbox.vpcCidr });
    const subnets = ["a", "b"].map((zone, index) =>
      this.account.make("aws:ec2/subnet:Subnet", {
        vpcId: vpc.id,
        cidrBlock: `${this.sandbox.address(`${index}.0`)}/24`,
        availabilityZone: `eu-central-1${zone}`,
      }),
    );
    this.account.make(SUBNET_GROUP, { name: "data", subnetIds: subnets.map(({ id }) => id) });
    await this.open();
    await this.machine.network.ensureVpc(vpc.id, this.sandbox.vpcCidr);
    for (const { id, inputs } of subnets) {
      const [cidr, zone] = [inputs["cidrBlock"] as string, inputs["availabilityZone"] as string];
      this.machine.network.ensureSubnet(id, vpc.id, cidr, zone);
    }
  }

  /** Like a region that is started: on what is there, if anything is. */
  async open(): Promise<void> {
    const { stateDir, runDir, scope } = this.sandbox;
    // The node's user must be able to walk there, as it is below /var/lib.
    chmodSync(dirname(stateDir), 0o711);
    this.#machine = await createMachine({ stateDir, runDir, scope });
    const { account, log } = this;
    this.#drivers = createCacheDrivers({
      machine: this.machine,
      account,
      log: (line) => log.push(line),
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map(disconnected));
    for (const group of this.account.all(REPLICATION_GROUP)) await this.delete(group);
    this.#machine?.close();
    await this.sandbox.clear();
  }

  driver(type: string): PartDriver {
    const found = this.#drivers.find(({ types }) => types.includes(type));
    if (found === undefined) throw new Error(`no driver of ${type}`);
    return found;
  }

  parameters(name: string, parameters: Readonly<Record<string, string>>): StoredResource {
    const list = Object.entries(parameters).map(([key, value]) => ({ name: key, value }));
    return this.account.make(PARAMETER_GROUP, { name, family: "redis7", parameters: list });
  }

  /** A recorded replication group of two nodes; nothing runs yet. */
  record(replicationGroupId: string, more: JsonObject = {}): StoredResource {
    return this.account.make(REPLICATION_GROUP, {
      replicationGroupId,
      description: "Test",
      ...TWO_NODES,
      authToken: TOKEN,
      ...more,
    });
  }

  async group(id: string, more: JsonObject = {}): Promise<StoredResource> {
    const resource = this.record(id, more);
    await this.driver(REPLICATION_GROUP).create(resource, quiet);
    return resource;
  }

  async update(resource: StoredResource, change: JsonObject): Promise<StoredResource> {
    const previous = this.account.get(resource.type, resource.id) ?? resource;
    const next = this.account.update(previous, { ...previous.inputs, ...change });
    await this.driver(resource.type).update(next, previous, quiet);
    return next;
  }

  async delete(resource: StoredResource): Promise<void> {
    await this.driver(resource.type).delete(resource, quiet);
    const recorded = this.account.get(resource.type, resource.id);
    if (recorded) this.account.remove(recorded);
  }

  /** Addresses that an endpoint's name has now. */
  addresses(resource: StoredResource, endpoint: "primary" | "reader"): readonly string[] {
    return this.machine.dns.resolve(resource.outputs[`${endpoint}EndpointAddress`] as string);
  }

  /** How a client reaches an endpoint: resolved now, the certificate checked against the endpoint's name. */
  async options(
    resource: StoredResource,
    endpoint: "primary" | "reader" = "primary",
    password: string | undefined = TOKEN,
  ): Promise<RedisOptions> {
    const authority = await regionAuthority(this.machine);
    return {
      host: this.addresses(resource, endpoint)[0] ?? "",
      port: 6379,
      ...(password === "" ? {} : { password }),
      tls: {
        ca: readFileSync(authority.files.cert),
        servername: resource.outputs[`${endpoint}EndpointAddress`] as string,
      },
      lazyConnect: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      commandTimeout: 5000,
    };
  }

  /** Closed with the region. */
  async connect(
    resource: StoredResource,
    endpoint: "primary" | "reader" = "primary",
    password?: string,
  ): Promise<Redis> {
    const client = this.keep(new Redis(await this.options(resource, endpoint, password)));
    await client.connect();
    return client;
  }

  /** What a client is told that tries to come in: PONG, or why not. */
  async answer(options: RedisOptions): Promise<string> {
    const client = this.keep(new Redis({ ...options, enableReadyCheck: false }));
    const errors: string[] = [];
    client.on("error", (error) => errors.push(error.message));
    try {
      await client.connect();
      return await client.ping();
    } catch (error) {
      return errors.at(0) ?? (error as Error).message;
    } finally {
      await disconnected(client);
    }
  }

  keep(client: Redis): Redis {
    client.on("error", quiet);
    this.#clients.push(client);
    return client;
  }
}

async function disconnected(client: Redis): Promise<void> {
  if (client.status === "end" || client.status === "wait") return;
  const end = once(client, "end");
  client.disconnect();
  await end;
}
