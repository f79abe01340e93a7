import { Agent } from "node:http";

import { until } from "../host/until.ts";
import { TestBalancer, arns, DNS_NAME } from "./testing-balancer.ts";
import { request } from "./testing.ts";
import type { Answer } from "./testing.ts";

const edge = new TestBalancer("127.98");
beforeAll(() => edge.start());
afterAll(() => edge.stop());

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

it("answers 503 with ALB's page when the chosen group has no targets", async () => {
  const { status, headers, body } = await edge.get("/");
  expect({ status, server: headers.server, body }).toEqual({
    status: 503,
    server: "awselb/2.0",
    body: page("503 Service Temporarily Unavailable"),
  });
});

it("registers targets, which are healthy after one passed check", async () => {
  await edge.register("blue", "2.1");
  await edge.register("green", "2.2");
  expect(await edge.states("blue")).toEqual(["initial"]);
  await edge.healthy("blue");
  await edge.healthy("green");
  expect(await edge.targets.describeTargetHealth(arns.group("blue"))).toEqual([
    { target: { id: "127.98.2.1", port: 3000 }, healthCheckPort: 3000, health: { state: "healthy" } },
  ]);
});

it("says of a target that is not registered that it is unused", async () => {
  const [description] = await edge.targets.describeTargetHealth(arns.group("blue"), [{ id: "127.98.2.9" }]);
  expect(description?.health).toMatchObject({ state: "unused", reason: "Target.NotRegistered" });
  await expect(
    edge.targets.deregisterTargets(arns.group("blue"), [{ id: "127.98.2.9" }]),
  ).rejects.toMatchObject({
    code: "InvalidTarget",
  });
});

it("puts the load balancer's name in DNS", () => {
  expect(edge.machine.dns.resolve(DNS_NAME)).toEqual(["127.98.1.1"]);
});

it("sends 100/0 and 0/100 exactly, 90/10 within five deviations, without a reload", async () => {
  const before = await edge.workerPid();
  expect(await edge.count("/", 500)).toEqual(new Map([["blue", 500]]));
  await edge.shift(90, 10);
  const mixed = await edge.count("/", 2000);
  expect((mixed.get("blue") ?? 0) + (mixed.get("green") ?? 0)).toBe(2000);
  // 200 expected, a deviation is 13.4.
  expect(mixed.get("green")).toBeGreaterThan(132);
  expect(mixed.get("green")).toBeLessThan(268);
  await edge.shift(0, 999);
  expect(await edge.count("/", 500)).toEqual(new Map([["green", 500]]));
  await edge.shift(0, 0);
  expect(await edge.count("/", 20)).toEqual(new Map([["503", 20]]));
  await edge.shift(100, 0);
  expect(await edge.workerPid()).toBe(before);
});

it("lets the rule of the lower priority number go first, whatever the weights", async () => {
  await edge.create(edge.toGroup("green", 10));
  expect(await edge.count("/", 200, { "x-to": "GREEN" })).toEqual(new Map([["green", 200]]));
  expect(await edge.count("/", 200, { "x-to": "greener" })).toEqual(new Map([["blue", 200]]));
  await edge.remove(arns.rule("to-green"));
  await until(
    "the rule to be gone",
    30_000,
    async () => (await edge.get("/", { "x-to": "green" })).body === "blue",
  );
  expect(await edge.count("/", 50, { "x-to": "green" })).toEqual(new Map([["blue", 50]]));
});

it("answers a fixed response to the letter", async () => {
  await edge.update(edge.weighted(100, 0, "/a?c*"));
  const { status, headers, body } = await edge.get("/abd");
  expect({ status, type: headers["content-type"], body }).toEqual({
    status: 404,
    type: "text/plain; charset=utf-8",
    body: 'it\'s "100%" gone\n',
  });
  expect((await edge.get("/abc/x?y=1")).body).toBe("blue");
  await edge.update(edge.weighted(100, 0));
});

it("redirects as ALB does", async () => {
  const redirect = {
    host: "www.example.com",
    path: "/new/#{path}",
    port: "443",
    protocol: "HTTPS",
    statusCode: "HTTP_302",
  };
  const rule = edge.toGroup("elsewhere", 15);
  await edge.create({ ...rule, inputs: { ...rule.inputs, actions: [{ type: "redirect", redirect }] } });
  const location = async (path: string): Promise<readonly unknown[]> => {
    const { status, headers } = await edge.get(path, { "x-to": "elsewhere" });
    return [status, headers.location, headers.server];
  };
  expect(await location("/a/b?c=%20d")).toEqual([
    302,
    "https://www.example.com:443/new/a/b?c=%20d",
    "awselb/2.0",
  ]);
  expect(await location("/")).toEqual([302, "https://www.example.com:443/new/", "awselb/2.0"]);
  await edge.remove(rule.id);
});

it("adds ALB's request headers and drops invalid ones", async () => {
  const plain = JSON.parse((await edge.get("/headers")).body) as Record<string, string>;
  expect(plain).toMatchObject({
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "http",
    "x-forwarded-port": "8080",
  });
  expect(plain["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  const root = "Root=1-67891233-abcdef012345678912345678";
  const sent = {
    "X-Amzn-Trace-Id": `Self=1-2-3;${root}`,
    "X-Forwarded-For": "203.0.113.7",
    x_bad: "1",
    "x-good": "1",
  };
  const traced = JSON.parse((await edge.get("/headers", sent)).body) as Record<string, string>;
  expect({ bad: traced["x_bad"], good: traced["x-good"] }).toEqual({ bad: undefined, good: "1" });
  expect(traced["x-forwarded-for"]).toBe("203.0.113.7, 127.0.0.1");
  expect(traced["x-amzn-trace-id"]).toMatch(new RegExp(`^Self=1-[0-9a-f]{8}-[0-9a-f]{24};${root}$`));
});

it("fails open to all targets of a group without a healthy one", async () => {
  await edge.create(edge.group("ill"));
  await edge.create(edge.toGroup("ill", 20));
  await edge.target("ill-1", "2.3", 500);
  await edge.target("ill-2", "2.4", 503);
  await edge.register("ill", "2.3", "2.4");
  await until("both to fail", 30_000, async () =>
    (await edge.states("ill")).every((state) => state === "unhealthy"),
  );
  const [first] = await edge.targets.describeTargetHealth(arns.group("ill"), [{ id: "127.98.2.3" }]);
  expect(first?.health).toEqual({
    state: "unhealthy",
    reason: "Target.ResponseCodeMismatch",
    description: "Health checks failed with these codes: [500]",
  });
  const half = new Map([
    ["ill-1", 50],
    ["ill-2", 50],
  ]);
  expect(await edge.count("/", 100, { "x-to": "ill" })).toEqual(half);
});

it("answers 502 without trying again or elsewhere when a target refuses or resets", async () => {
  // Port 3001 of both passes the checks; nothing listens on port 3000 of the second.
  await edge.create(edge.group("half", {}, "3001"));
  await edge.create(edge.toGroup("half", 30));
  await edge.target("half", "2.5");
  for (const suffix of ["2.5", "2.6"]) await edge.serve(suffix, 3001, (_, answer) => answer(""));
  await edge.register("half", "2.5", "2.6");
  await edge.healthy("half");
  expect(await edge.count("/", 40, { "x-to": "half" })).toEqual(
    new Map([
      ["half", 20],
      ["502", 20],
    ]),
  );
  expect(edge.seen.get("half")).toBe(20);
  // Two targets take turns: one of two answers is the second's.
  const answers: readonly Answer[] = [
    await edge.get("/", { "x-to": "half" }),
    await edge.get("/", { "x-to": "half" }),
  ];
  const refused = answers.find(({ status }) => status === 502);
  expect(refused?.body).toBe(page("502 Bad Gateway"));
  expect(refused?.headers).toMatchObject({ server: "awselb/2.0" });
  expect(refused?.headers).not.toHaveProperty("x-twinstack-connection-failed");
  edge.seen.set("blue", 0);
  for (let sent = 0; sent < 10; sent += 1) expect((await edge.get("/reset")).status).toBe(502);
  expect(edge.seen.get("blue")).toBe(10);
});

it("closes a kept-alive connection, as HAProxy does where ALB says 502, when a target resets a later request", async () => {
  const agent = new Agent({ keepAlive: true });
  await request(`${edge.url}/`, { agent });
  edge.seen.set("blue", 0);
  await expect(request(`${edge.url}/reset`, { agent })).rejects.toThrow("socket hang up");
  expect(edge.seen.get("blue")).toBe(1);
  agent.destroy();
});

it("answers 504 when a target is silent for the idle timeout", async () => {
  await edge.serve("2.7", 3000, (path, answer) => (path === "/health" ? answer("") : undefined));
  await edge.create(edge.group("silent"));
  await edge.create(edge.toGroup("silent", 40));
  await edge.register("silent", "2.7");
  await edge.healthy("silent");
  const started = Date.now();
  const { status, body } = await edge.get("/", { "x-to": "silent" });
  expect({ status, body }).toEqual({ status: 504, body: page("504 Gateway Time-out") });
  expect(Date.now() - started).toBeGreaterThanOrEqual(1900);
});

it("refuses what it cannot do before anything changes", async () => {
  const before = await edge.workerPid();
  await expect(edge.create(edge.group("late", { slowStart: 30 }))).rejects.toThrow(
    "'slowStart' is emulated only as 0",
  );
  await expect(edge.create(edge.toGroup("nowhere", 60))).rejects.toMatchObject({
    code: "TargetGroupNotFound",
  });
  const again = { ...edge.toGroup("green", 100), id: arns.rule("again") };
  await expect(edge.create(again)).rejects.toMatchObject({ code: "PriorityInUse" });
  expect(await edge.workerPid()).toBe(before);
  expect((await edge.get("/")).status).toBe(200);
});

it("leaves nothing of a deleted load balancer", async () => {
  for (const name of ["ill", "half", "silent"]) await edge.remove(arns.rule(`to-${name}`));
  for (const id of [arns.rule("weights"), arns.listener]) await edge.remove(id);
  await until("the listener to be gone", 30_000, () => edge.machine.processes.list().length === 0);
  await expect(edge.get("/")).rejects.toThrow("ECONNREFUSED");
  for (const name of ["blue", "green", "ill", "half", "silent"]) await edge.remove(arns.group(name));
  await edge.remove(arns.balancer);
  expect(edge.machine.processes.list()).toEqual([]);
  expect(edge.machine.hosts.list()).toEqual([]);
  expect(edge.machine.dns.resolve(DNS_NAME)).toEqual([]);
  expect(await edge.machine.run("find", [edge.machine.dataDir("haproxy"), "-type", "f"])).toBe("");
});
