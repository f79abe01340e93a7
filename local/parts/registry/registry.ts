import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { Account } from "../../aws/model.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { NETNS } from "../host/namespaces.ts";
import type { Scope } from "../host/scope.ts";
import type { Machine } from "../machine.ts";
import { Storage } from "./storage.ts";

export const REPOSITORY = "aws:ecr/repository:Repository";
const SUBNET = "aws:ec2/subnet:Subnet";
const HOST = "registry";
const PROCESS = "registry/docker-registry";
const PUSH_PROCESS = "registry/docker-registry-push";
const DOCKER_REGISTRY = "/usr/bin/docker-registry";

export const REGISTRY_PORT = 5000;
/** On the loopback of the registry's host, which only root enters: whoever reaches the other address may pull alone. */
export const PUSH_ADDRESS = `127.0.0.1:${REGISTRY_PORT}`;

export interface RegistryContext {
  readonly machine: Machine;
  readonly account: Account;
  /** Default: PUSH_ADDRESS. */
  readonly pushAddress?: string;
}

/** The network namespace in which PUSH_ADDRESS answers. */
export function registryNamespace({ prefix }: Scope): string {
  return `${NETNS}/${prefix}-${HOST}`;
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
    await this.#serve(PROCESS, "config.yml", { address: `${host.address}:${REGISTRY_PORT}`, readOnly: true });
    const { pushAddress = PUSH_ADDRESS } = this.#context;
    await this.#serve(PUSH_PROCESS, PUSH_CONFIG, { address: pushAddress, readOnly: false });
    await machine.dns.set(this.#name(), [host.address]);
    return true;
  }

  /** Blobs that no manifest refers to. A push must not be under way: the registry is stopped meanwhile. */
  async collectGarbage(): Promise<void> {
    const { machine } = this.#context;
    await this.#stop();
    await machine.run(DOCKER_REGISTRY, ["garbage-collect", join(this.#folder, PUSH_CONFIG)], {
      // It names each blob it looks at.
      silentMs: 300_000,
    });
    await this.start();
  }

  async remove(): Promise<void> {
    const { machine } = this.#context;
    await this.#stop();
    await machine.dns.remove(this.#name());
    await machine.hosts.remove(HOST);
    await rm(this.#folder, { recursive: true, force: true });
  }

  get started(): boolean {
    return registryAddress(this.#context.machine) !== undefined;
  }

  /** True also before its first start: only a host that was made can be removed by hand. */
  async present(): Promise<boolean> {
    return !this.started || this.#context.machine.hosts.present(HOST);
  }

  /** A process that runs has the file it was started with: one of another configuration is started anew. */
  async #serve(name: string, file: string, listener: Listener): Promise<void> {
    const { processes } = this.#context.machine;
    const config = join(this.#folder, file);
    const text = configuration(listener, this.storage.root);
    if (!existsSync(config) || readFileSync(config, "utf8") !== text) {
      await processes.stop(name);
      writeFileAtomic(config, text);
    }
    await processes.ensure({ name, host: HOST, command: DOCKER_REGISTRY, args: ["serve", config] });
  }

  async #stop(): Promise<void> {
    for (const name of [PROCESS, PUSH_PROCESS]) await this.#context.machine.processes.stop(name);
  }

  #name(): string {
    const { id, region } = this.#context.account;
    return `${id}.dkr.ecr.${region}.amazonaws.com`;
  }
}

const PUSH_CONFIG = "push.yml";

interface Listener {
  readonly address: string;
  readonly readOnly: boolean;
}

/** Without a cache of blob descriptors: repositories are removed on disk, and two processes serve them. */
export function configuration({ address, readOnly }: Listener, root: string): string {
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
    `    enabled: ${!readOnly}`,
    "  maintenance:",
    "    readonly:",
    `      enabled: ${readOnly}`,
    "http:",
    `  addr: ${address}`,
    "  headers:",
    "    X-Content-Type-Options: [nosniff]",
    "",
  ].join("\n");
}
