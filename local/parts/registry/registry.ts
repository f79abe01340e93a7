import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Account } from "../../aws/model.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import type { Machine } from "../machine.ts";
import { Storage } from "./storage.ts";

export const REPOSITORY = "aws:ecr/repository:Repository";
const SUBNET = "aws:ec2/subnet:Subnet";
const HOST = "registry";
const PROCESS = "registry/docker-registry";
const DOCKER_REGISTRY = "/usr/bin/docker-registry";

export const REGISTRY_PORT = 5000;

export interface RegistryContext {
  readonly machine: Machine;
  readonly account: Account;
}

/** Where the registry answers, plain HTTP on REGISTRY_PORT; undefined while it does not run. */
export function registryAddress(machine: Machine): string | undefined {
  return machine.hosts.get(HOST)?.address;
}

/**
 * One registry for all repositories. ECR needs no VPC, a host does: the registry starts with the first subnet
 * that is there, and again when the VPC was replaced under it; what was pushed stays on disk.
 */
export class Registry {
  readonly storage: Storage;
  readonly #context: RegistryContext;
  readonly #folder: string;

  constructor(context: RegistryContext) {
    this.#context = context;
    this.#folder = context.machine.dataDir("registry");
    this.storage = new Storage(join(this.#folder, "storage"));
  }

  /** Answers false while there is no subnet yet. */
  async start(): Promise<boolean> {
    const { machine, account } = this.#context;
    const subnetId = machine.hosts.get(HOST)?.subnetId ?? account.all(SUBNET)[0]?.id;
    if (subnetId === undefined) return false;
    const host = await machine.hosts.ensure(HOST, subnetId);
    const config = join(this.#folder, "config.yml");
    writeFileAtomic(config, configuration(`${host.address}:${REGISTRY_PORT}`, this.storage.root));
    await machine.processes.ensure({
      name: PROCESS,
      host: HOST,
      command: DOCKER_REGISTRY,
      args: ["serve", config],
    });
    await machine.dns.set(this.#name(), [host.address]);
    return true;
  }

  /** Blobs that no manifest refers to. A push must not be under way: the registry is stopped meanwhile. */
  async collectGarbage(): Promise<void> {
    const { machine } = this.#context;
    await machine.processes.stop(PROCESS);
    await machine.run(DOCKER_REGISTRY, ["garbage-collect", join(this.#folder, "config.yml")], {
      // It names each blob it looks at.
      silentMs: 300_000,
    });
    await this.start();
  }

  async remove(): Promise<void> {
    const { machine } = this.#context;
    await machine.processes.stop(PROCESS);
    await machine.dns.remove(this.#name());
    await machine.hosts.remove(HOST);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get started(): boolean {
    return registryAddress(this.#context.machine) !== undefined;
  }

  /** True also before its first start: only a host that was made can be removed by hand. */
  async present(): Promise<boolean> {
    return !this.started || this.#context.machine.hosts.present(HOST);
  }

  #name(): string {
    const { id, region } = this.#context.account;
    return `${id}.dkr.ecr.${region}.amazonaws.com`;
  }
}

/** Without a cache of blob descriptors: repositories are removed on disk. */
export function configuration(address: string, root: string): string {
  return [
    "version: 0.1",
    "log:",
    "  level: warn",
    "  accesslog:",
    "    disabled: true",
    "storage:",
    "  filesystem:",
    `    rootdirectory: ${JSON.stringify(root)}`,
    "  delete:",
    "    enabled: true",
    "http:",
    `  addr: ${address}`,
    "  headers:",
    "    X-Content-Type-Options: [nosniff]",
    "",
  ].join("\n");
}
