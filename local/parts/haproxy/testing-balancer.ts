import { Agent } from "node:http";
import { RecordedAccount } from "../../aws/testing-account.ts";
import type { Server } from "node:http";

import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { createLoadBalancerDrivers, loadBalancingOf, targetsOf } from "./driver.ts";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP } from "./inventory.ts";
import { listen, request, stored, testMachine } from "./testing.ts";
import type { Answer } from "./testing.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
export const arns = {
  balancer: `${ELB}:loadbalancer/app/edge/50dc6c495c0c9188`,
  listener: `${ELB}:listener/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2`,
  rule: (name: string): string => `${ELB}:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/${name}`,
  group: (name: string): string => `${ELB}:targetgroup/${name}/73e2d6bc24d8a067`,
};
export const DNS_NAME = "internal-edge-1.eu-central-1.elb.amazonaws.com";

/** A load balancer on `<network>.1.1:8080` with groups blue and green, without emulated lag; targets go below `<network>.2`. */
export class TestBalancer {
  readonly machine;
  readonly context;
  readonly targets;
  readonly url: string;
  /** Requests that reached each target, health checks not counted. */
  readonly seen = new Map<string, number>();
  #slow = 0;
  readonly record = new Map<string, StoredResource>();
  readonly #network: string;
  readonly #servers: Server[] = [];

  constructor(network: string) {
    this.#network = network;
    this.machine = testMachine(`${network}.1`);
    this.context = {
      machine: this.machine,
      account: new RecordedAccount(this.record),
      lag: { register: 0, deregister: 0, rules: 0 },
    };
    this.targets = targetsOf(this.context);
    this.url = `http://${network}.1.1:8080`;
  }

  async start(): Promise<void> {
    const settings = { subnets: ["subnet-1", "subnet-2"], idleTimeout: 2, dropInvalidHeaderFields: true };
    await this.create(stored(LOAD_BALANCER, arns.balancer, settings, { dnsName: DNS_NAME }));
    await this.create(this.group("blue"));
    await this.create(this.group("green"));
    const gone = { statusCode: "404", contentType: "text/plain", messageBody: 'it\'s "100%" gone\n' };
    await this.create(
      stored(LISTENER, arns.listener, {
        loadBalancerArn: arns.balancer,
        port: 8080,
        protocol: "HTTP",
        defaultActions: [{ type: "fixed-response", fixedResponse: gone }],
      }),
    );
    await this.create(this.weighted(100, 0));
    await this.target("blue", "2.1");
    await this.target("green", "2.2");
  }

  async stop(): Promise<void> {
    await loadBalancingOf(this.context).close();
    await this.machine.remove();
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async create(resource: StoredResource): Promise<void> {
    await this.#driver(resource.type).create(resource, () => undefined);
    this.record.set(resource.id, resource);
  }

  async update(resource: StoredResource): Promise<void> {
    await this.#driver(resource.type).update(resource, this.stored(resource.id), () => undefined);
    this.record.set(resource.id, resource);
  }

  async remove(id: string): Promise<void> {
    const resource = this.stored(id);
    await this.#driver(resource.type).delete(resource, () => undefined);
    this.record.delete(id);
  }

  stored(id: string): StoredResource {
    const resource = this.record.get(id);
    if (resource === undefined) throw new Error(`${id} is not there`);
    return resource;
  }

  group(name: string, inputs: JsonObject = {}, checkPort = "traffic-port"): StoredResource {
    return stored(TARGET_GROUP, arns.group(name), {
      targetType: "ip",
      port: 3000,
      protocol: "HTTP",
      deregistrationDelay: 30,
      healthCheck: {
        path: "/health",
        port: checkPort,
        interval: 0.2,
        timeout: 1,
        healthyThreshold: 3,
        unhealthyThreshold: 2,
      },
      ...inputs,
    });
  }

  weighted(blue: number, green: number, path = "/*"): StoredResource {
    const targetGroups = [
      { arn: arns.group("blue"), weight: blue },
      { arn: arns.group("green"), weight: green },
    ];
    return stored(LISTENER_RULE, arns.rule("weights"), {
      listenerArn: arns.listener,
      priority: 100,
      conditions: [{ pathPattern: { values: [path] } }],
      actions: [{ type: "forward", forward: { targetGroups } }],
    });
  }

  /** Requests with the header `x-to: <name>` go to the group of that name. */
  toGroup(name: string, priority: number): StoredResource {
    return stored(LISTENER_RULE, arns.rule(`to-${name}`), {
      listenerArn: arns.listener,
      priority,
      conditions: [{ httpHeader: { httpHeaderName: "X-To", values: [name] } }],
      actions: [{ type: "forward", targetGroupArn: arns.group(name) }],
    });
  }

  /** A target on port 3000 that answers its name; `/health` says `status`. */
  async target(name: string, suffix: string, status = 200): Promise<void> {
    await this.serve(suffix, 3000, (path, answer) => {
      if (path === "/health") {
        answer("", status);
        return undefined;
      }
      this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
      if (path === "/reset") return "reset";
      if (path !== "/slow") {
        answer(name);
        return undefined;
      }
      this.#slow += 1;
      setTimeout(() => {
        this.#slow -= 1;
        answer(name);
      }, 600);
      return undefined;
    });
  }

  /** `answer` may call back later, never, or say `reset` to cut the connection. `/headers` answers the request's headers. */
  async serve(
    suffix: string,
    port: number,
    behave: (path: string, answer: (body: string, status?: number) => void) => unknown,
  ): Promise<void> {
    const server = await listen(this.address(suffix), port, (incoming, response) => {
      if (incoming.url === "/headers") return void response.end(JSON.stringify(incoming.headers));
      const outcome = behave(
        incoming.url ?? "",
        (body, status = 200) => void response.writeHead(status).end(body),
      );
      if (outcome === "reset") incoming.socket.resetAndDestroy();
    });
    this.#servers.push(server);
  }

  /** Requests of `/slow`, which takes 600 ms, that wait for their answer. */
  get slowInFlight(): number {
    return this.#slow;
  }

  address(suffix: string): string {
    return `${this.#network}.${suffix}`;
  }

  async register(name: string, ...suffixes: readonly string[]): Promise<void> {
    const ids = suffixes.map((suffix) => ({ id: this.address(suffix) }));
    await this.targets.registerTargets(arns.group(name), ids);
  }

  async states(name: string): Promise<readonly string[]> {
    return (await this.targets.describeTargetHealth(arns.group(name))).map(({ health }) => health.state);
  }

  async healthy(name: string): Promise<void> {
    await until(`${name} to be healthy`, 30_000, async () =>
      (await this.states(name)).every((state) => state === "healthy"),
    );
  }

  /** Moves the weights and waits until requests follow them. */
  async shift(blue: number, green: number): Promise<void> {
    await this.update(this.weighted(blue, green));
    await loadBalancingOf(this.context).apply(arns.balancer);
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return request(this.url + path, { headers });
  }

  /** Requests one after the other on one connection, counted by body, or by status when it is not 200. */
  async count(
    path: string,
    total: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Map<string, number>> {
    const agent = new Agent({ keepAlive: true });
    const answers = new Map<string, number>();
    for (let sent = 0; sent < total; sent += 1) {
      const { body, status } = await request(this.url + path, { agent, headers });
      const key = status === 200 ? body : String(status);
      answers.set(key, (answers.get(key) ?? 0) + 1);
    }
    agent.destroy();
    return answers;
  }

  /** The newest: another one means a reload. */
  workerPid(): Promise<string> {
    return this.machine.run("pgrep", ["-n", "-P", String(this.machine.processes.list()[0]?.pid)]);
  }

  #driver(type: string): ReturnType<typeof createLoadBalancerDrivers>[number] {
    const found = createLoadBalancerDrivers(this.context).find(({ types }) => types.includes(type));
    if (found === undefined) throw new Error(`no driver for ${type}`);
    return found;
  }
}
