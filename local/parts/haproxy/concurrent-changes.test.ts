import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { loadBalancingOf } from "./driver.ts";
import { hostName } from "./load-balancing.ts";
import { configurationFile } from "./site.ts";
import { TestBalancer, arns } from "./testing-balancer.ts";

const edge = new TestBalancer("127.97");
beforeAll(async () => {
  await edge.start();
  await edge.register("blue", "2.1");
  await edge.register("green", "2.2");
});
afterAll(() => edge.stop());

/** Looks at every turn: the moment between a file that is written and its reload is shorter than any pause. */
async function inTime(what: string, done: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!done()) {
    if (Date.now() > end) throw new Error(`waited 30 s for ${what}`);
    await turn();
  }
}

it("takes a rule that comes in the middle of another's reload, though its group's targets are registered already", async () => {
  await edge.remove(arns.rule("weights"));
  await loadBalancingOf(edge.context).apply(arns.balancer);
  const directory = join(edge.machine.dataDir("haproxy"), hostName(arns.balancer));
  const written = (): string => readFileSync(configurationFile({ address: "127.97.1.1", directory }), "utf8");
  expect(written()).not.toContain("backend green");
  const first = edge.create(edge.toGroup("green", 1));
  await inTime("backend green to be written", () => written().includes("backend green"));
  await Promise.all([first, edge.create(edge.toGroup("blue", 2))]);
  await edge.healthy("blue");
  await edge.healthy("green");
  expect((await edge.get("/", { "x-to": "blue" })).body).toBe("blue");
  expect((await edge.get("/", { "x-to": "green" })).body).toBe("green");
});
