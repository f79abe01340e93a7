import { Agent } from "node:http";

import { until } from "../host/until.ts";
import { Elbv2Api } from "../elbv2-api/api.ts";
import { loadBalancingOf } from "./driver.ts";
import { objects } from "../input.ts";
import { LoadBalancing } from "./load-balancing.ts";
import { Targets } from "./targets.ts";
import { TestBalancer, arns } from "./testing-balancer.ts";
import { load, request } from "./testing.ts";

const edge = new TestBalancer("127.99");
beforeAll(async () => {
  await edge.start();
  await edge.register("blue", "2.1");
  await edge.register("green", "2.2");
  await edge.healthy("blue");
  await edge.healthy("green");
});
afterAll(() => edge.stop());

it("shifts weights under keep-alive load without a failed request", async () => {
  const before = await edge.workerPid();
  let progress = 0;
  const running = load(`${edge.url}/`, 20_000, 40, () => (progress += 1));
  for (let shifts = 1; shifts < 20; shifts += 1) {
    await until(`${shifts * 1000} answers`, 30_000, () => progress >= shifts * 1000);
    await (shifts % 2 === 0 ? edge.shift(100, 0) : edge.shift(0, 100));
  }
  const { answered, failed, bodies } = await running;
  expect({ answered, failed }).toEqual({ answered: 20_000, failed: [] });
  expect((bodies.get("blue") ?? 0) + (bodies.get("green") ?? 0)).toBe(20_000);
  expect(Math.min(bodies.get("blue") ?? 0, bodies.get("green") ?? 0)).toBeGreaterThan(7000);
  expect(await edge.workerPid()).toBe(before);
  await edge.shift(100, 0);
}, 60_000);

it("follows ModifyRule, which the record keeps", async () => {
  const api = new Elbv2Api({
    account: edge.context.account,
    targets: edge.targets,
    update: async ({ id, inputs }) => {
      await edge.update({ ...edge.stored(id), inputs });
      return edge.stored(id);
    },
  });
  const rule = arns.rule("weights");
  await api.modifyRule(rule, objects(edge.weighted(0, 100).inputs, "actions"));
  await until("requests to follow", 30_000, async () => (await edge.get("/")).body === "green");
  expect(await edge.count("/", 100)).toEqual(new Map([["green", 100]]));
  expect(edge.stored(rule).inputs).toEqual(edge.weighted(0, 100).inputs);
  await edge.shift(100, 0);
});

it("adds and drains targets under load without a failed request", async () => {
  await edge.target("blue-2", "2.8");
  const running = load(`${edge.url}/`, 5000, 20);
  await edge.register("blue", "2.8");
  await edge.healthy("blue");
  const slow = Array.from({ length: 4 }, () => edge.get("/slow"));
  await until("the slow requests to be in flight", 30_000, () => edge.slowInFlight === 4);
  await edge.targets.deregisterTargets(arns.group("blue"), [{ id: "127.99.2.1" }]);
  expect(await edge.states("blue")).toEqual(["draining", "healthy"]);
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const { answered, failed, bodies } = await running;
  expect({ answered, failed }).toEqual({ answered: 5000, failed: [] });
  expect(bodies.get("blue-2")).toBeGreaterThan(0);
  const reached = edge.seen.get("blue");
  expect(await edge.count("/", 100)).toEqual(new Map([["blue-2", 100]]));
  expect(edge.seen.get("blue")).toBe(reached);
  const instance = loadBalancingOf(edge.context).serving(arns.group("blue"));
  await until("the drained server to leave", 30_000, async () =>
    ((await instance?.servers()) ?? []).every(({ name }) => name !== "127.99.2.1:3000"),
  );
  // AWS shows it as draining until the delay has passed, and takes it back before.
  expect(await edge.states("blue")).toEqual(["draining", "healthy"]);
  await edge.register("blue", "2.1");
  await edge.healthy("blue");
}, 30_000);

it("reloads for a new rule without a failed request or a lost server state", async () => {
  await edge.create(edge.group("ill"));
  await edge.target("ill", "2.3", 500);
  await edge.create(edge.toGroup("ill", 20));
  await edge.register("ill", "2.3");
  await until("ill to fail", 30_000, async () => (await edge.states("ill"))[0] === "unhealthy");
  const before = await edge.workerPid();
  const idle = new Agent({ keepAlive: true });
  await request(`${edge.url}/`, { agent: idle });
  const running = load(`${edge.url}/`, 5000, 20);
  const rule = edge.toGroup("green", 50);
  await edge.create({
    ...rule,
    inputs: { ...rule.inputs, conditions: [{ pathPattern: { values: ["/green"] } }] },
  });
  expect((await edge.get("/green")).body).toBe("green");
  expect(await edge.states("ill")).toEqual(["unhealthy"]);
  expect(await edge.states("blue")).toEqual(["healthy", "healthy"]);
  // Its connection is the old worker's, which knows the servers and weights of now.
  expect((await request(`${edge.url}/`, { agent: idle })).status).toBe(200);
  idle.destroy();
  const { answered, failed } = await running;
  expect({ answered, failed }).toEqual({ answered: 5000, failed: [] });
  expect(await edge.workerPid()).not.toBe(before);
}, 30_000);

it("is taken over by a restarted region as it is", async () => {
  await loadBalancingOf(edge.context).close();
  const before = await edge.workerPid();
  const second = new LoadBalancing(edge.context);
  await second.ensure(edge.stored(arns.balancer));
  const described = await new Targets(second).describeTargetHealth(arns.group("green"));
  expect(described.map(({ health }) => health.state)).toEqual(["healthy"]);
  expect(await edge.workerPid()).toBe(before);
  await second.close();
});

it("comes back from a crash with every target checked anew, and serves meanwhile", async () => {
  const [process] = edge.machine.children.values();
  process?.kill("SIGKILL");
  await until("the end", 30_000, () => process?.signalCode === "SIGKILL");
  await loadBalancingOf(edge.context).apply(arns.balancer);
  expect(await edge.states("blue")).toEqual(["initial", "initial"]);
  expect((await edge.get("/")).status).toBe(200);
  await edge.healthy("blue");
});
