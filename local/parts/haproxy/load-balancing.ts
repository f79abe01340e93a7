import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";

import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import { requiredText, texts } from "../input.ts";
import { Instance } from "./instance.ts";
import { Inventory, LOAD_BALANCER } from "./inventory.ts";
import { readLoadBalancer } from "./resource-input.ts";
import { Scheduler } from "../scheduler.ts";
import type { Lag } from "./server-plan.ts";
import { TargetStore } from "./target-store.ts";

export interface LoadBalancingContext {
  readonly machine: Machine;
  readonly account: Account;
  /** Emulated delays; default DEFAULT_LAG. */
  readonly lag?: Lag;
  /** What went wrong in the background; default standard error. */
  readonly log?: (message: string) => void;
}

/** AWS promises nothing; these are of the order that is seen there. Milliseconds. */
export const DEFAULT_LAG: Lag = { register: 1000, deregister: 1000, rules: 500 };

/** All load balancers of the region: a host and a HAProxy each. */
export class LoadBalancing {
  readonly inventory: Inventory;
  readonly store: TargetStore;
  readonly lag: Lag;
  readonly #context: LoadBalancingContext;
  readonly #running = new Map<string, Running>();

  constructor(context: LoadBalancingContext) {
    this.#context = context;
    this.lag = context.lag ?? DEFAULT_LAG;
    this.inventory = new Inventory(context.account);
    this.store = new TargetStore(join(context.machine.dataDir("haproxy"), "targets"));
  }

  /** Host, name and process, made or taken over. */
  async ensure(balancer: StoredResource): Promise<void> {
    const { machine } = this.#context;
    const name = hostName(balancer.id);
    const { subnetId } = readLoadBalancer(balancer);
    if (machine.hosts.get(name) !== undefined && machine.hosts.get(name)?.subnetId !== subnetId) {
      await this.#stop(balancer.id);
    }
    const host = await machine.hosts.ensure(name, subnetId, texts(balancer.outputs, "securityGroups"));
    await machine.dns.set(requiredText(balancer.outputs, "dnsName"), [host.address]);
    await this.apply(balancer.id);
  }

  async remove(balancer: StoredResource): Promise<void> {
    const { machine } = this.#context;
    await this.#stop(balancer.id);
    await machine.dns.remove(requiredText(balancer.outputs, "dnsName"));
    rmSync(this.#directory(balancer.id), { recursive: true, force: true });
  }

  async present(balancer: StoredResource): Promise<boolean> {
    return this.#context.machine.hosts.present(hostName(balancer.id));
  }

  /** Brings a load balancer to its record; nothing while its host is not there. */
  async apply(loadBalancerArn: string): Promise<void> {
    const running = this.#get(loadBalancerArn);
    await running?.scheduler.run(() => running.instance.apply());
  }

  /** Within `ms`: weights and targets alone. */
  soon(loadBalancerArn: string, ms: number): void {
    this.#get(loadBalancerArn)?.scheduler.soon(ms);
  }

  /** Once for several changes that come together: what is deleted need not wait for a reload each. */
  applySoon(loadBalancerArn: string): void {
    const running = this.#get(loadBalancerArn);
    if (running === undefined) return;
    running.changed = true;
    running.scheduler.soon(SETTLE_MS);
  }

  /** The instance that serves a group; undefined when no listener or rule forwards to it. */
  serving(targetGroupArn: string): Instance | undefined {
    const [arn] = this.inventory.loadBalancersOf(targetGroupArn);
    return arn === undefined ? undefined : this.#get(arn)?.instance;
  }

  /** Stops the background work; HAProxy runs on. */
  async close(): Promise<void> {
    const schedulers = [...this.#running.values()].map(({ scheduler }) => scheduler);
    this.#running.clear();
    await Promise.all(schedulers.map((scheduler) => scheduler.close()));
  }

  #get(arn: string): Running | undefined {
    const known = this.#running.get(arn);
    if (known !== undefined) return known;
    const { machine } = this.#context;
    const name = hostName(arn);
    const host = machine.hosts.get(name);
    if (host === undefined || this.inventory.get(LOAD_BALANCER, arn) === undefined) return undefined;
    const instance = new Instance({
      machine,
      host: name,
      process: `${name}/haproxy`,
      site: { address: host.address, directory: this.#directory(arn) },
      store: this.store,
      lag: this.lag,
      topology: () => this.inventory.topology(arn),
    });
    const log = this.#context.log ?? ((message: string): void => console.error(message));
    const scheduler = new Scheduler(
      () => {
        if (!running.changed) return instance.refresh();
        running.changed = false;
        return instance.apply().catch((error: unknown) => {
          running.changed = true;
          throw error;
        });
      },
      (error) => log(`load balancer ${name}: ${error instanceof Error ? error.message : String(error)}`),
    );
    const running: Running = { instance, scheduler, changed: false };
    this.#running.set(arn, running);
    return running;
  }

  async #stop(arn: string): Promise<void> {
    const { machine } = this.#context;
    const running = this.#running.get(arn);
    this.#running.delete(arn);
    await running?.scheduler.close();
    await machine.processes.stop(`${hostName(arn)}/haproxy`);
    await machine.hosts.remove(hostName(arn));
  }

  #directory(arn: string): string {
    return join(this.#context.machine.dataDir("haproxy"), hostName(arn));
  }
}

const SETTLE_MS = 200;

interface Running {
  readonly instance: Instance;
  readonly scheduler: Scheduler;
  /** The topology is another and nobody waits for it. */
  changed: boolean;
}

/** A host's name has at most 12 characters; the ARN ends in AWS's unique id. */
export function hostName(loadBalancerArn: string): string {
  return `lb-${createHash("sha256").update(loadBalancerArn).digest("hex").slice(0, 8)}`;
}
