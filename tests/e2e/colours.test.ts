import type { Output } from "../../doorways/output.ts";
import { release } from "../../doorways/up.ts";
import { platformStack, type Colour } from "../../doorways/stack.ts";
import { callAws } from "./aws-api.ts";
import { changes } from "./changes.ts";
import { made } from "./doorway.ts";
import { kubectl, list } from "./kubectl.ts";
import { actualListeners, answersForStranger, describedListeners } from "./listeners.ts";
import { settled } from "./settled.ts";
import { minute, ownStack, readOutput, takeDown, stackOutputs } from "./stack.ts";
import { until } from "./until.ts";
import { whileRequesting } from "./traffic.ts";

// Both colours on one stack: the tests below are steps, in order.

interface Platform {
  readonly loadBalancer: {
    readonly ruleArn: string;
    readonly listenerArn: string;
    readonly targetGroups: Readonly<Record<Colour, string>>;
  };
  readonly preview: { readonly header: string } & Readonly<Record<Colour, string>>;
}

/** Some 300 requests a second, several times the CPU that the autoscaler aims for, until it has seen them. */
const loadPauseMs = 10;

let output: Output;
let platform: Platform;

/** The colour that answers a request. */
async function colourOf(headers: Record<string, string> = {}): Promise<string | null> {
  const response = await fetch(`${output.url}/api/version`, { headers });
  await response.arrayBuffer();
  return response.status === 200 ? response.headers.get("x-release-colour") : `HTTP ${response.status}`;
}

/** How many of `count` requests each colour answered. */
async function split(count: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (let sent = 0; sent < count; sent += 1) {
    const colour = (await colourOf()) ?? "none";
    counts[colour] = (counts[colour] ?? 0) + 1;
  }
  return counts;
}

/** ModifyRule, as the driver of a rollout will call it. */
async function setWeights(weights: Readonly<Record<Colour, number>>): Promise<void> {
  const { ruleArn, targetGroups } = platform.loadBalancer;
  const target = "Actions.member.1.ForwardConfig.TargetGroups.member";
  const response = await callAws("elasticloadbalancing", "/", {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      Action: "ModifyRule",
      Version: "2015-12-01",
      RuleArn: ruleArn,
      "Actions.member.1.Type": "forward",
      [`${target}.1.TargetGroupArn`]: targetGroups.blue,
      [`${target}.1.Weight`]: `${weights.blue}`,
      [`${target}.2.TargetGroupArn`]: targetGroups.green,
      [`${target}.2.Weight`]: `${weights.green}`,
    }).toString(),
  });
  if (response.status !== 200) throw new Error(await response.text());
}

const replicas = async (): Promise<number> =>
  (
    await list(
      output.kubeconfig,
      "pods",
      "--namespace",
      "twinstack",
      "--selector",
      "app.kubernetes.io/name=api,app.kubernetes.io/instance=blue",
    )
  ).length;

beforeAll(async () => {
  await ownStack();
  await made("up");
  output = await readOutput();
  platform = (await stackOutputs(platformStack)) as unknown as Platform;
}, 10 * minute);

afterAll(takeDown, 5 * minute);

it(
  "reaches the same image released as green by the preview header only",
  async () => {
    await release("green", output.release.blue.image ?? "");
    const { header, green } = platform.preview;
    await until(
      "green answers through the preview rule",
      async () => ((await colourOf({ [header]: green })) === "green" ? true : undefined),
      minute,
    );
    expect(await split(50)).toEqual({ blue: 50 });
    expect(await colourOf({ [header]: "green-guess" })).toBe("blue");
    expect((await readOutput()).release.green.image).toBe(output.release.blue.image);
  },
  5 * minute,
);

it(
  "lets the rule's weights decide for all other requests, without a failed one during the shift",
  async () => {
    const traffic = await whileRequesting(`${output.url}/api/version`, async () => {
      await setWeights({ blue: 50, green: 50 });
      await until(
        "green answers as well",
        async () => ((await split(20))["green"] !== undefined ? true : undefined),
        minute,
      );
      await setWeights({ blue: 0, green: 100 });
      await until(
        "only green answers",
        async () => ((await split(20))["green"] === 20 ? true : undefined),
        minute,
      );
    });
    expect(traffic.failures).toEqual([]);
    expect(await split(50)).toEqual({ green: 50 });
    expect((await readOutput()).release).toMatchObject({ live: "green", weights: { blue: 0, green: 100 } });
  },
  3 * minute,
);

it(
  "moves neither weights nor pods with another `make up`",
  async () => {
    const pods = async (): Promise<readonly string[]> =>
      (await list(output.kubeconfig, "pods", "--namespace", "twinstack"))
        .map((pod) => pod.metadata.name)
        .sort();
    await settled(output.kubeconfig);
    const before = await pods();
    const { stderr } = await made("up");
    expect(changes(stderr)).toEqual([]);
    expect(await pods()).toEqual(before);
    expect((await readOutput()).release).toMatchObject({ live: "green", weights: { blue: 0, green: 100 } });
    expect(await split(20)).toEqual({ green: 20 });
  },
  5 * minute,
);

it(
  "adds pods under load and takes them away after",
  async () => {
    await setWeights({ blue: 100, green: 0 });
    await until(
      "only blue answers",
      async () => ((await split(10))["blue"] === 10 ? true : undefined),
      minute,
    );
    await until(
      "blue to have its least",
      async () => ((await replicas()) === 2 ? true : undefined),
      3 * minute,
    );
    const traffic = await whileRequesting(
      `${output.url}/api/version`,
      async () => {
        await until(
          "the autoscaler has added pods",
          async () => ((await replicas()) > 2 ? true : undefined),
          2 * minute,
        );
      },
      loadPauseMs,
    );
    expect(traffic.failures).toEqual([]);
    await until(
      "the added pods are gone again",
      async () => ((await replicas()) === 2 ? true : undefined),
      3 * minute,
    );
    const autoscaler = await kubectl(
      output.kubeconfig,
      "get",
      "hpa",
      "api-blue",
      "--namespace",
      "twinstack",
      "-o",
      "jsonpath={.status.currentMetrics[0].resource.current.averageUtilization}",
    );
    // Without a metric it is empty, which `Number` takes for 0.
    expect(autoscaler).toMatch(/^\d+$/);
  },
  10 * minute,
);

it("tells a stranger nothing but what docs/guides/listeners.md says, and lets them change nothing", async () => {
  expect(await actualListeners()).toEqual(describedListeners());
  expect(await answersForStranger()).toEqual({
    rule: "HTTP/1.1 403 Forbidden",
    object: "HTTP/1.1 403 Forbidden",
    push: "HTTP/1.1 405 Method Not Allowed",
    removal: "HTTP/1.1 405 Method Not Allowed",
    secrets: expect.stringMatching(/^HTTP\/1\.[01] 401 /),
    region: "",
    state: expect.stringContaining("Permission denied"),
  });
});
