import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { askRegion } from "./aws-fixture/stack.ts";
import {
  GUARD_IMAGE,
  newEnvironment,
  newSibling,
  OVERRIDE,
  shippedConfig,
  type Config,
} from "./environments/stack.ts";
import type { EngineResult, EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";

const UNREAD =
  "Stack staging has no configuration: Pulumi.staging.yaml was not read, or sets no twinstack: key. Write it " +
  "(Pulumi.staging.yaml shows every key). Run the cluster's stack with --config-file naming a copy of it with " +
  "twinstack:guardImage set, and a release with --config-file naming a copy of it with twinstack:image set.";

const refusal = (stack: string, problem: string): string =>
  `The configuration of stack ${stack} cannot be used; nothing was changed. Edit Pulumi.staging.yaml:\n  ${problem}`;

describe("what cannot be used stops the CLI with one error, before anything is made", () => {
  let plane: ControlPlane;
  let staging: EngineStack;
  let blue: EngineStack;
  let cluster: EngineStack;
  let shipped: Config;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    shipped = await shippedConfig("staging");
    staging = await newEnvironment("staging", shipped, plane);
    blue = await newSibling("staging-blue", shipped, staging);
    cluster = await newSibling("staging-cluster", shipped, staging);
  });
  afterAll(async () => {
    await cluster.dispose();
    await blue.dispose();
    await staging.dispose();
    await plane.stop();
  });

  /** `up` with a file of its own: the shipped one, the account overridden, and then these keys. */
  async function upWith(stack: EngineStack, keys: Config): Promise<EngineResult> {
    const file = join(stack.root, "case.yaml");
    await writeFile(file, JSON.stringify({ config: { ...shipped, ...OVERRIDE, ...keys } }));
    return stack.up(["--config-file", file]);
  }
  const network = (keys: Config): Config => ({
    "twinstack:network": { ...(shipped["twinstack:network"] as Config), ...keys },
  });

  it.each<[what: string, up: () => Promise<EngineResult>, error: string]>([
    [
      "staging as it is shipped, with the placeholder for its account",
      () => staging.up(),
      refusal(
        "staging",
        'aws:allowedAccountIds[0] is "REPLACE_WITH_ACCOUNT_ID": write the 12 digits of this stack\'s one AWS account, in quotes (`aws sts get-caller-identity` shows them)',
      ),
    ],
    [
      "staging with its real account, on the stand-in",
      () => upWith(staging, { "aws:allowedAccountIds": ["111122223333"] }),
      // Without the property: the engine would print its value, and configuration comes without a mark of what is secret.
      "pulumi:providers:aws resource 'default_7_48_0' has a problem: " +
        'aws:allowedAccountIds is ["111122223333"]: this is the stand-in for AWS on this machine, which answers to account ' +
        '000000000000 alone. Write aws:allowedAccountIds: ["000000000000"] for a local stack; for a real account run Pulumi ' +
        "without the stand-in plugins on PATH",
    ],
    [
      "an unknown key",
      () => upWith(staging, network({ natt: "single" })),
      refusal(
        "staging",
        'twinstack:network.natt is "single": no such key, use one of cidr, zones, nat, interfaceEndpoints, flowLogRetentionDays',
      ),
    ],
    [
      "one zone",
      () => upWith(staging, network({ zones: ["eu-central-1a"] })),
      refusal(
        "staging",
        'twinstack:network.zones is ["eu-central-1a"]: write a list of 2 to 4 availability zones',
      ),
    ],
    [
      "a config file that is not there",
      () => staging.up(["--config-file", join(staging.root, "nowhere.yaml")]),
      UNREAD,
    ],
    [
      "a config file without twinstack: keys",
      () =>
        upWith(
          staging,
          Object.fromEntries(
            Object.keys(shipped)
              .filter(ours)
              .map((key) => [key, undefined]),
          ),
        ),
      UNREAD,
    ],
    [
      "an image by tag on a release",
      () => upWith(blue, { "twinstack:image": "registry.test/quiz:1.2" }),
      refusal(
        "staging-blue",
        'twinstack:image is "registry.test/quiz:1.2": write the image by digest, <registry>/<repository>@sha256:<64 hex digits>, as the push printed it',
      ),
    ],
    [
      "a cluster's stack without the guard's image",
      () => upWith(cluster, {}),
      refusal(
        "staging-cluster",
        "twinstack:guardImage is missing: write the guard's image by digest, <guard.repositoryUrl of the platform's outputs>" +
          "@sha256:<64 hex digits>, as the push of rollout/guard's image printed it: docs/guides/stacks.md",
      ),
    ],
    [
      "the guard's image on a platform, as in the file itself",
      () => upWith(staging, { "twinstack:guardImage": GUARD_IMAGE }),
      refusal(
        "staging",
        `twinstack:guardImage is "${GUARD_IMAGE}": no such key, use one of network, cluster, database, cache, registry, ` +
          "edge, service, observability, rollout, certificateAuthorities, protect",
      ),
    ],
  ])("refuses %s", async (_what, up, error) => {
    const { code, diagnostics, operations } = await up();
    expect(code).not.toBe(0);
    expect(diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toEqual([
      error,
    ]);
    // Components are names in the state, without anything behind them.
    expect(operations.filter(({ type }) => !/^(twinstack|pulumi):/.test(type))).toEqual([]);
    expect((await askRegion(staging, "status", {})).resources).toBe(0);
    expect(plane.kubectl("get", "namespaces", "-o", "name")).not.toContain("namespace/twinstack");
  });
});

function ours(key: string): boolean {
  return key.startsWith("twinstack:");
}
