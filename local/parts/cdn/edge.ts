import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import { join } from "node:path";

import type { Account } from "../../aws/model.ts";
import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { text } from "../../aws/services/fields.ts";
import type { Observation } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { SERVER_LIMITS } from "../http/limits.ts";
import { Scheduler } from "../scheduler.ts";
import type { Machine } from "../machine.ts";
import { objectStoreOf } from "../s3/driver.ts";
import { createBucketOrigin } from "../s3/origin.ts";
import { differences } from "./drift.ts";
import { Instance } from "./instance.ts";
import { invalidateCache } from "./invalidation.ts";
import { freePort, PREFERRED_PORT } from "./port.ts";
import { BUCKET_SOCKET, readSite } from "./site-input.ts";
import type { Site } from "./site.ts";

export interface EdgeContext {
  readonly machine: Machine;
  readonly account: Account;
  readonly log: (message: string) => void;
  /** Where ports are looked for first; default 8880. */
  readonly preferredPort?: number;
}

/** What a distribution keeps for its life. */
interface Identity {
  readonly port: number;
  /** CloudFront's name for it: the record's says where it listens. */
  readonly domainName: string;
}

interface Running {
  readonly instance: Instance;
  readonly scheduler: Scheduler;
  readonly buckets: Server;
  /** What the log last said of it: nothing is said every second. */
  said: string;
}

/** All distributions: an nginx each, and the region's answers for their buckets. */
export class Edge {
  readonly #context: EdgeContext;
  readonly #running = new Map<string, Running>();

  constructor(context: EdgeContext) {
    this.#context = context;
  }

  /** Refuses what cannot be served, before anything is touched. */
  check(resource: StoredResource): void {
    this.#site(resource, { port: PREFERRED_PORT, domainName: "" });
  }

  /** Running by the record, whatever was edited by hand; answers where it listens. */
  async ensure(resource: StoredResource): Promise<string> {
    const identity = this.#identity(resource.id) ?? (await this.#newIdentity(resource));
    const running = this.#running.get(resource.id) ?? (await this.#start(resource.id));
    await running.scheduler.run(async () => {
      await running.instance.apply(this.#site(resource, identity));
      running.said = "";
      return false;
    });
    return `127.0.0.1:${identity.port}`;
  }

  /** After a restart of the region: what still runs goes on, and what was edited by hand stays so. */
  async adopt(resource: StoredResource): Promise<void> {
    if (this.#identity(resource.id) === undefined || this.#running.has(resource.id)) return;
    const running = await this.#start(resource.id);
    await running.scheduler.run(() => this.#refresh(resource.id));
  }

  async remove(id: string): Promise<void> {
    const running = this.#running.get(id);
    this.#running.delete(id);
    await running?.scheduler.close();
    running?.buckets.closeAllConnections();
    running?.buckets.close();
    await this.#instance(id).remove();
  }

  present(id: string): boolean {
    return this.#identity(id) !== undefined && this.#instance(id).present();
  }

  observe(resource: StoredResource): Observation {
    const { found, written } = this.#instance(resource.id).texts();
    return differences(resource, found, written);
  }

  /** CreateInvalidation: cached objects by path. Answers how many there were. */
  invalidate(id: string, paths: readonly string[]): number {
    return invalidateCache(this.#instance(id).cacheFolder(), paths);
  }

  /** Stops the background work; nginx runs on. */
  async close(): Promise<void> {
    for (const [id, { scheduler, buckets }] of [...this.#running]) {
      this.#running.delete(id);
      await scheduler.close();
      buckets.closeAllConnections();
      buckets.close();
    }
  }

  /** What another resource changed (a policy, a rule, a load balancer's address) takes effect within a second. */
  async #refresh(id: string): Promise<boolean> {
    const running = this.#running.get(id);
    const resource = this.#context.account.get(DISTRIBUTION, id);
    const identity = this.#identity(id);
    if (running === undefined || resource === undefined || identity === undefined) return false;
    running.instance.rotateLog();
    if (!running.instance.present()) return false;
    if (running.instance.isEdited()) {
      const mended = '"pulumi refresh" shows it, "pulumi up" mends it';
      this.#say(id, `its nginx.conf was edited by hand; ${mended}`);
      return false;
    }
    await running.instance.apply(this.#site(resource, identity));
    running.said = "";
    return false;
  }

  #say(id: string, message: string): void {
    const running = this.#running.get(id);
    if (running?.said === message) return;
    if (running !== undefined) running.said = message;
    this.#context.log(`distribution ${id}: ${message}`);
  }

  async #start(id: string): Promise<Running> {
    const instance = this.#instance(id);
    instance.prepare();
    const buckets = await this.#answerForBuckets(id, instance.folder);
    const scheduler = new Scheduler(
      () => this.#refresh(id),
      (error) => this.#say(id, error instanceof Error ? error.message : String(error)),
    );
    const running = { instance, scheduler, buckets, said: "" };
    this.#running.set(id, running);
    return running;
  }

  /** The socket lies in nginx's folder: nobody but nginx can speak for the distribution. */
  async #answerForBuckets(id: string, folder: string): Promise<Server> {
    const { account, machine } = this.#context;
    const server = createServer(
      SERVER_LIMITS,
      createBucketOrigin({
        account,
        store: objectStoreOf(machine),
        distributionArn: account.arn("cloudfront", `distribution/${id}`, ""),
      }),
    );
    const path = join(folder, BUCKET_SOCKET);
    rmSync(path, { force: true });
    server.listen(path);
    await once(server, "listening");
    chownSync(path, 0, 33);
    chmodSync(path, 0o660);
    return server.unref();
  }

  #site(resource: StoredResource, { port, domainName }: Identity): Site {
    const { account, machine } = this.#context;
    return readSite(resource, port, domainName, { account, resolve: (name) => machine.dns.resolve(name) });
  }

  #instance(id: string): Instance {
    const { machine } = this.#context;
    return new Instance(machine, join(machine.dataDir("cdn"), id), `cdn-${id.toLowerCase()}/nginx`);
  }

  #identity(id: string): Identity | undefined {
    const path = join(this.#instance(id).folder, "identity.json");
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Identity) : undefined;
  }

  async #newIdentity({ id, outputs }: StoredResource): Promise<Identity> {
    const { machine, preferredPort = PREFERRED_PORT } = this.#context;
    const others = readdirSync(machine.dataDir("cdn")).flatMap((other) => this.#identity(other)?.port ?? []);
    const identity = {
      port: await freePort(preferredPort, new Set(others)),
      domainName: text(outputs, "domainName") ?? "",
    };
    this.#instance(id).prepare();
    writeFileAtomic(join(this.#instance(id).folder, "identity.json"), JSON.stringify(identity));
    return identity;
  }
}
