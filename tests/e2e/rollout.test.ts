import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Output } from "../../doorways/output.ts";
import { platformStack, type Colour } from "../../doorways/stack.ts";
import { made, make, type Ran } from "./doorway.ts";
import { interrupted } from "./interrupt.ts";
import { answeringWith5xx } from "./faults.ts";
import { kubectl } from "./kubectl.ts";
import { otherImage } from "./other-images.ts";
import { minute, ownStack, readOutput, stackOutputs, takeDown } from "./stack.ts";
import { whileRequesting } from "./traffic.ts";
import { until } from "./until.ts";

// One stack: the tests below are steps, in order.

/** Some 20 requests a second: the autoscalers have no reason to add pods. */
const pauseMs = 200;

let output: Output;
let repositoryUrl: string;
/** Another image than the one that `make up` released. */
let next: string;

const get = (kind: string, name: string, path: string): Promise<string> =>
  kubectl(output.kubeconfig, "get", kind, name, "--namespace", "twinstack", "-o", `jsonpath={${path}}`);

/** Pods, workers and the autoscalers' minimums, as they are declared now. */
async function counts(): Promise<Readonly<Record<string, string>>> {
  const of = async (colour: Colour): Promise<readonly (readonly [string, string])[]> => [
    [`api-${colour}`, await get("deployment", `api-${colour}`, ".spec.replicas")],
    [`worker-${colour}`, await get("deployment", `worker-${colour}`, ".spec.replicas")],
    [`minimum ${colour}`, await get("hpa", `api-${colour}`, ".spec.minReplicas")],
  ];
  return Object.fromEntries([...(await of("blue")), ...(await of("green"))]);
}

/** The idle colour has nothing. The autoscaler may have added pods to the other. */
const serving = (live: Colour): Readonly<Record<string, unknown>> => {
  const of = (colour: Colour): Readonly<Record<string, unknown>> => ({
    [`api-${colour}`]: colour === live ? expect.stringMatching(/^[2-4]$/) : "0",
    [`worker-${colour}`]: colour === live ? "1" : "0",
    [`minimum ${colour}`]: "2",
  });
  return { ...of("blue"), ...of("green") };
};

/** One end's exit code: make itself answers 2 for all, and prints the program's. */
const exitCode = ({ code, stderr }: Ran): number =>
  code === 0 ? 0 : Number(/\[Makefile:\d+: \w+\] Error (\d+)/.exec(stderr)?.[1]);

/** The pod of the guard that leads. */
const leader = (): Promise<string> => get("lease", "twinstack-guard", ".spec.holderIdentity");

/** Runs the command under requests and answers how both ended. */
async function underRequests(
  ...command: readonly [string, ...string[]]
): Promise<Ran & { failures: readonly string[]; sent: number }> {
  let ran: Ran | undefined;
  const traffic = await whileRequesting(
    `${output.url}/api/version`,
    async () => {
      ran = await make(...command);
    },
    pauseMs,
  );
  if (ran === undefined) throw new Error("the command did not run");
  return { ...ran, failures: traffic.failures, sent: traffic.sent };
}

beforeAll(async () => {
  await ownStack();
  await made("up");
  output = await readOutput();
  const { registry } = (await stackOutputs(platformStack)) as { registry: { repositoryUrl: string } };
  ({ repositoryUrl } = registry);
  next = await otherImage(repositoryUrl, "--label", "twinstack.test=next");
}, 10 * minute);

afterAll(takeDown, 5 * minute);

it.each<[string, () => readonly string[], number, string]>([
  [
    "an identical release",
    () => [`IMAGE=${output.release.blue.image ?? ""}`],
    2,
    "serves this image with this configuration already",
  ],
  [
    "a mutable tag",
    () => [`IMAGE=${repositoryUrl}:latest`],
    2,
    "write an image of the environment's repository by digest",
  ],
  [
    "steps that do not end with 100",
    () => [`IMAGE=${next}`, "STEPS=10,50"],
    2,
    "write rising whole percents that end with 100",
  ],
  [
    "an image that is not there",
    () => [`IMAGE=${repositoryUrl}@sha256:${"0".repeat(64)}`],
    3,
    "the registry has no image",
  ],
])(
  "refuses %s, with one error, and changes nothing",
  async (_what, variables, code, words) => {
    const ran = await make("rollout", ...variables());
    expect(exitCode(ran)).toBe(code);
    expect(ran.stderr).toContain(words);
    expect(await readOutput()).toEqual(output);
  },
  2 * minute,
);

it(
  "moves all requests to another image, and drops none",
  async () => {
    const { code, stderr, sent, failures } = await underRequests("rollout", `IMAGE=${next}`, "STEPS=50,100");
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect(sent).toBeGreaterThan(300);
    expect(stderr).toContain("weights  blue 50 green 50");
    expect(stderr).toContain("promoted: green serves all requests");
    expect((await readOutput()).release).toEqual({
      live: "green",
      weights: { blue: 0, green: 100 },
      blue: output.release.blue,
      green: { image: next },
    });
    expect(await counts()).toEqual(serving("green"));
  },
  5 * minute,
);

it(
  "is taken back by `make rollback`, and drops no request",
  async () => {
    const { code, failures } = await underRequests("rollback");
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
    expect((await readOutput()).release).toMatchObject({ live: "blue", weights: { blue: 100, green: 0 } });
    expect(await counts()).toEqual(serving("blue"));
  },
  3 * minute,
);

it(
  "ends before any weight moves when the pods do not start",
  async () => {
    const broken = await otherImage(repositoryUrl, "--entrypoint", '["node","-e","process.exit(1)"]');
    const ran = await underRequests("rollout", `IMAGE=${broken}`);
    expect({ code: exitCode(ran), failures: ran.failures }).toEqual({ code: 3, failures: [] });
    expect(ran.stderr).not.toContain("weights  ");
    expect((await readOutput()).release).toMatchObject({ live: "blue", weights: { blue: 100, green: 0 } });
    expect(await counts()).toEqual(serving("blue"));
  },
  5 * minute,
);

it(
  "is brought to its end by another guard when its driver and the guard that leads are killed",
  async () => {
    let struck: string | undefined;
    const { failures } = await whileRequesting(
      `${output.url}/api/version`,
      async () => {
        const killed = await interrupted(["rollout", `IMAGE=${next}`], / bake +the new colour/, "driver");
        expect(killed.code).not.toBe(0);
        struck = await leader();
        await kubectl(
          output.kubeconfig,
          ...["delete", "pod", struck, "--namespace", "twinstack", "--grace-period=0", "--force"],
        );
        await until(
          "the rollout has ended",
          async () => {
            const { stdout } = await made("status");
            return stdout.includes("rollout  ") ? undefined : true;
          },
          2 * minute,
        );
      },
      pauseMs,
    );
    expect(failures).toEqual([]);
    expect(await leader()).not.toBe(struck);
    expect((await readOutput()).release).toMatchObject({ live: "green", weights: { blue: 0, green: 100 } });
    expect(await counts()).toEqual(serving("green"));
  },
  5 * minute,
);

it(
  "is taken back by the guard when 2 % of the requests are answered with 5xx",
  async () => {
    const bad = await otherImage(repositoryUrl, "--entrypoint", JSON.stringify(answeringWith5xx(50)));
    const ran = await underRequests("rollout", `IMAGE=${bad}`);
    expect(exitCode(ran)).toBe(1);
    expect(ran.stderr).toMatch(
      /\d+ of \d+ requests (?:of the driver failed|were answered with 5xx), more than 1 %/,
    );
    // The old colour alone answers from here on.
    expect(ran.failures.filter((failure) => failure !== "HTTP 500")).toEqual([]);
    const after = await whileRequesting(`${output.url}/api/version`, () => delay(2_000), pauseMs);
    expect(after.failures).toEqual([]);
    expect((await readOutput()).release).toMatchObject({ live: "green", weights: { blue: 0, green: 100 } });
    expect(await counts()).toEqual(serving("green"));
  },
  5 * minute,
);

it(
  "answers every kind of visitor that k6 sends, with a table, a summary and a report",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "twinstack-loadtest-"));
    try {
      // Whether it is fast enough here is a measurement: the exit code says so, and this test does not ask.
      const { stdout, stderr } = await make("loadtest", "PROFILE=smoke", `OUT=${folder}`);
      expect(stdout).toMatch(/^POST \/api\/attempts\/:id\/submit +[1-9]\d* +0\.000 /m);
      expect(stdout).toMatch(/^all +[1-9]\d* +0\.000 /m);
      expect(stderr).toContain(`summary ${folder}/smoke.json, report ${folder}/smoke.html`);
      const summary = JSON.parse(await readFile(join(folder, "smoke.json"), "utf8")) as {
        metrics: { checks: { values: { rate: number } } };
      };
      expect(summary.metrics.checks.values.rate).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  2 * minute,
);

it("tells how each ended", async () => {
  const { stdout } = await made("history");
  expect(stdout.match(/(?:blue|green) → (?:blue|green) {2}\w+/g)).toEqual([
    "green → blue  rolledBack",
    "blue → green  promoted",
    "blue → green  failedBeforeTraffic",
    "green → blue  promoted",
    "blue → green  promoted",
  ]);
});
