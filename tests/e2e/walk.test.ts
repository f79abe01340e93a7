import { readFileSync } from "node:fs";
import type { Output } from "../../doorways/output.ts";
import { stateDir } from "../../local/paths.ts";
import { inBrowser, takeQuiz } from "./browser.ts";
import { made } from "./doorway.ts";
import { isTrue, kubectl, list } from "./kubectl.ts";
import { snapshotMachine, type MachineSnapshot } from "./machine-snapshot.ts";
import { changes, gitStatus, minute, readOutput, refuseRunningStack, takeDown } from "./stack.ts";
import { until } from "./until.ts";
import { whileRequesting } from "./traffic.ts";

// One machine, one stack: the tests below are the steps of one walk, in order.

const appPods = ["pods", "--namespace", "twinstack", "--selector", "app.kubernetes.io/name=api"];

let machineBefore: MachineSnapshot;
let gitBefore: string;
let output: Output;

beforeAll(() => {
  refuseRunningStack();
  machineBefore = snapshotMachine();
  gitBefore = gitStatus();
});

afterAll(takeDown, 5 * minute);

it(
  "comes up with one command",
  async () => {
    const { stdout } = await made("up");
    output = await readOutput();
    expect(stdout).toContain(output.url);
    expect(output).toEqual({
      url: expect.stringMatching(/^http:\/\/10\.42\.\d+\.\d+$/),
      release: {
        live: "blue",
        weights: { blue: 100, green: 0 },
        blue: { image: expect.stringMatching(/@sha256:[0-9a-f]{64}$/) },
        green: { image: null },
      },
      kubeconfig: `${stateDir()}/kubeconfig`,
    });
  },
  20 * minute,
);

it(
  "lets a browser take a quiz and see its score",
  async () => {
    const score = await inBrowser((page) => takeQuiz(page, output.url));
    expect(score).toMatch(/\d+\s*(of|\/)\s*15/);
  },
  2 * minute,
);

it("has three nodes Ready in three zones and the colour's pods on at least two", async () => {
  const nodes = await list(output.kubeconfig, "nodes");
  expect(nodes.filter((node) => isTrue(node, "Ready"))).toHaveLength(3);
  const zones = nodes.map((node) => node.metadata.labels?.["topology.kubernetes.io/zone"]);
  expect([...zones].sort()).toEqual(["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
  const pods = await list(output.kubeconfig, ...appPods);
  expect(pods.every((pod) => isTrue(pod, "Ready"))).toBe(true);
  expect(new Set(pods.map((pod) => pod.spec.nodeName)).size).toBeGreaterThanOrEqual(2);
});

it(
  "keeps answering while a pod is deleted",
  async () => {
    const [victim] = await list(output.kubeconfig, ...appPods);
    const name = victim?.metadata.name ?? "";
    const traffic = await whileRequesting(`${output.url}/api/quizzes`, async () => {
      await kubectl(output.kubeconfig, "delete", "pod", name, "--namespace", "twinstack");
      await until(
        "the deleted pod's place is taken",
        async () => {
          const pods = await list(output.kubeconfig, ...appPods);
          const others = pods.filter((pod) => pod.metadata.name !== name);
          return others.length >= 2 && others.every((pod) => isTrue(pod, "Ready")) ? true : undefined;
        },
        1 * minute,
      );
    });
    expect(traffic.sent).toBeGreaterThan(100);
    expect(traffic.failures).toEqual([]);
  },
  3 * minute,
);

it(
  "changes nothing when it is run again",
  async () => {
    const { stdout, stderr } = await made("up");
    expect(changes(stdout + stderr)).toEqual([]);
    expect(stderr.match(/\d+ unchanged/g)).toHaveLength(2);
    expect(await readOutput()).toEqual(output);
  },
  3 * minute,
);

it(
  "mends a Deployment that was deleted by hand, which refresh shows as drift",
  async () => {
    await kubectl(output.kubeconfig, "delete", "deployment", "--all", "--namespace", "twinstack", "--wait");
    const { stderr } = await made("up");
    expect(changes(stderr)).toContain("+ 1 created");
    const pods = await list(output.kubeconfig, ...appPods);
    expect(pods.filter((pod) => isTrue(pod, "Ready")).length).toBeGreaterThanOrEqual(2);
    expect(await readOutput()).toEqual(output);
  },
  3 * minute,
);

it("keeps no secret in clear in the exported state", async () => {
  const folder = `${stateDir()}/pulumi/stacks/.pulumi/stacks/twinstack`;
  const state = readFileSync(`${folder}/local.json`, "utf8");
  expect(state).toContain('"ciphertext"');
  expect(state).not.toMatch(/PRIVATE KEY|client-key-data/);
});

it(
  "goes down and leaves nothing behind",
  async () => {
    await made("down");
    const { processes, ...machine } = snapshotMachine();
    const { processes: processesBefore, ...before } = machineBefore;
    expect(machine).toEqual(before);
    // What ran before may have ended meanwhile; nothing may have come.
    expect(processes.filter((process) => !processesBefore.includes(process))).toEqual([]);
    expect(gitStatus()).toBe(gitBefore);
    const again = await made("down");
    expect(again.stderr).toContain("nothing is up");
  },
  5 * minute,
);
