import { execFileSync } from "node:child_process";
import { RecordedAccount } from "../../../aws/testing-account.ts";
import { createMachine } from "../../host/machine.ts";
import { makePod } from "../../host/testing/pod.ts";
import { createSandbox } from "../../host/testing/sandbox.ts";
import { createSecurityGroupDrivers } from "../driver.ts";
import { vpc } from "./account.ts";
import { listenerArguments, probe } from "./probe.ts";
import type { StoredResource } from "../../../region/protocol.ts";
import type { PartDriver } from "../../../region/part.ts";
import type { LocalMachine } from "../../host/machine.ts";
import type { Host, ServiceTraffic } from "../../machine.ts";
import type { Way } from "./probe.ts";

const VPC_ID = "vpc-00000000000000abc";

/** Every host listens on all of these. */
export const WAYS: readonly Way[] = ["tcp/80", "tcp/443", "tcp/5432", "tcp/8080", "udp/5432"];

/** A VPC of real hosts that carry groups, and pods behind some of them. */
export class TestNetwork {
  readonly sandbox = createSandbox();
  readonly account = new RecordedAccount();
  readonly log: string[] = [];
  machine!: LocalMachine;
  driver!: PartDriver;
  /** Name and address of everything that listens. */
  readonly #listening = new Map<string, string>();
  /** The command that enters each. */
  readonly #places = new Map<string, readonly string[]>([["machine", []]]);

  async start(): Promise<void> {
    await this.restart();
    await this.machine.network.ensureVpc(VPC_ID, this.sandbox.vpcCidr);
    this.machine.network.ensureSubnet(
      "subnet-a",
      VPC_ID,
      `${this.sandbox.address("1.0")}/24`,
      "eu-central-1a",
    );
    this.account.add(vpc(VPC_ID, this.sandbox.vpcCidr, "sg-default"));
  }

  /** A new region on the same folders: it knows the record and what runs. */
  async restart(): Promise<void> {
    const before = this.machine as LocalMachine | undefined;
    before?.close();
    this.machine = await createMachine(this.sandbox);
    const log = (message: string): void => void this.log.push(message);
    const [driver] = createSecurityGroupDrivers({ machine: this.machine, account: this.account, log });
    this.driver = driver as PartDriver;
  }

  async stop(): Promise<void> {
    this.machine.close();
    await this.sandbox.clear();
  }

  /** Creates or updates, as the region does it: recorded before a create, after an update. */
  async put(...resources: readonly StoredResource[]): Promise<void> {
    for (const resource of resources) {
      const before = this.account.records.get(resource.id);
      if (before) await this.driver.update(resource, before, () => undefined);
      this.account.add(resource);
      if (!before) await this.driver.create(resource, () => undefined);
    }
  }

  async remove(id: string): Promise<void> {
    const resource = this.account.records.get(id);
    if (!resource) throw new Error(`${id} is not in the record`);
    this.account.records.delete(id);
    await this.driver.delete(resource, () => undefined);
  }

  async host(name: string, groups?: readonly string[], service?: ServiceTraffic): Promise<Host> {
    const host = await this.machine.hosts.ensure(name, "subnet-a", groups, service);
    this.#listening.set(name, host.address);
    this.#places.set(name, ["nsenter", `--net=${host.namespacePath}`]);
    await this.machine.processes.ensure({
      name: `${name}/listener`,
      host: name,
      command: process.execPath,
      args: listenerArguments(WAYS),
    });
    return host;
  }

  /** `place`: which eight addresses of the sandbox's pods the node has, 0 to 15. */
  async pod(name: string, node: string, place: number): Promise<void> {
    const { address, enter } = await makePod(this.sandbox, this.machine, name, node, place);
    this.#listening.set(name, address);
    this.#places.set(name, enter);
    await this.machine.processes.ensure({
      name: `${node}/${name}`,
      host: undefined,
      command: enter[0],
      args: [enter[1], process.execPath, ...listenerArguments(WAYS)],
    });
  }

  /** Waits until each listens, asked from inside. */
  async listening(): Promise<void> {
    for (const [name, address] of this.#listening) {
      const targets = WAYS.map((way) => ({ name: way, address, way }));
      for (;;) {
        const reached = await probe(this.machine.run, this.#places.get(name) ?? [], targets);
        if (reached.length === WAYS.length && reached.every((way) => !way.endsWith("refused"))) break;
      }
    }
  }

  /** What each place reaches, `<to> <way>`, of all that listens elsewhere: the table of connections. */
  async table(): Promise<Readonly<Record<string, readonly string[]>>> {
    const rows = await Promise.all(
      [...this.#places.keys()].map(async (from) => [from, await this.reached(from)] as const),
    );
    return Object.fromEntries(rows);
  }

  async reached(from: string): Promise<readonly string[]> {
    const others = [...this.#listening].filter(([name]) => name !== from);
    const targets = others.flatMap(([name, address]) =>
      WAYS.map((way) => ({ name: `${name} ${way}`, address, way })),
    );
    return probe(this.machine.run, this.#places.get(from) ?? [], targets);
  }

  async reaches(from: string, address: string, way: Way): Promise<boolean> {
    const targets = [{ name: "it", address, way }];
    return (await probe(this.machine.run, this.#places.get(from) ?? [], targets)).length === 1;
  }

  /** Runs a command where `name` is. */
  in(name: string, command: string): string {
    const words = [...(this.#places.get(name) ?? []), ...command.split(" ")];
    return execFileSync(words[0] ?? "", words.slice(1), { encoding: "utf8" });
  }

  succeeds(name: string, command: string): boolean {
    try {
      this.in(name, command);
      return true;
    } catch {
      return false;
    }
  }

  /** The command that enters where `name` is. */
  enter(name: string): readonly string[] {
    return this.#places.get(name) ?? [];
  }

  address(name: string): string {
    return this.#listening.get(name) ?? "";
  }
}
