import { join } from "node:path";
import { moveResources, type StateCommand } from "../../doorways/move-stacks.ts";
import { runCommand } from "../../local/toolchain/command.ts";
import { resourceList } from "./environments/recorded-list.ts";
import { newEnvironment, newSibling, recordedInClear } from "./environments/stack.ts";
import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { makeObjects, recordedPlatform, writeRecords, type RecordedPlatform } from "./recorded/recorded.ts";

/** The CLI as `make move-stacks` runs it, on the backend of the test. `cutOff` names the call that ends in the middle. */
function stateCommand({ root, env }: EngineStack, cutOff?: string): StateCommand {
  return (args, input = "") => {
    if (args[1] === cutOff) throw new Error(`${args.join(" ")} was interrupted`);
    const options = { cwd: join(root, "project"), env, input, timeoutMs: 60_000 };
    return runCommand("pulumi", ["--non-interactive", ...args], options);
  };
}

describe.each(["local", "prod"])(
  "a recorded platform of %s that made its Kubernetes objects itself",
  (environment) => {
    let plane: ControlPlane;
    let recorded: RecordedPlatform;
    let platform: EngineStack;
    let cluster: EngineStack;
    /** UIDs of the namespace and of what lives in it, before anything is moved. */
    let uids: string;

    const liveUids = (): string =>
      ["namespace/twinstack", "serviceaccount/assets-uploader"]
        .map((name) => plane.kubectl("get", name, "-n", "twinstack", "-o", "jsonpath={.metadata.uid}"))
        .join(" ");

    /** What was read of other stacks is another reading each time. */
    const inClear = async () =>
      (await recordedInClear(platform)).filter(({ urn }) => !/StackReference|providers:pulumi::/.test(urn));

    beforeAll(async () => {
      recorded = await recordedPlatform(environment);
      plane = await ControlPlane.start();
      await makeObjects(recorded, plane);
      uids = liveUids();
      platform = await newEnvironment(environment, recorded.config, plane, (env) =>
        writeRecords(recorded, env),
      );
      expect(await platform.pulumi(["stack", "import"], JSON.stringify(recorded.stack))).toMatchObject({
        code: 0,
      });
      cluster = await newSibling(`${environment}-cluster`, recorded.config, platform);
    });
    afterAll(async () => {
      await cluster.dispose();
      await platform.dispose();
      await plane.stop();
    });

    it("is not updated as it is: the error names the command that moves them", async () => {
      const before = await inClear();
      const refused = await platform.up();
      expect(refused.code).not.toBe(0);
      expect(refused.errors).toContain(`Run \`make move-stacks ENV=${environment}\` first`);
      expect(refused.changes).toEqual([]);
      expect(await inClear()).toEqual(before);
      expect(liveUids()).toBe(uids);
    });

    it("is moved by the command, also when a first try was cut off in the middle", async () => {
      await expect(moveResources(stateCommand(platform, "import"), environment)).rejects.toThrow(
        "interrupted",
      );
      // They are in the cluster's stack, and the platform's state still says that they are not moved.
      expect((await platform.up()).errors).toContain("make move-stacks");
      expect(await moveResources(stateCommand(platform), environment)).toBe(0);
      expect(await moveResources(stateCommand(platform), environment)).toBe(0);
      expect(await resourceList(cluster)).toEqual([
        "aws:eks/addon:Addon cluster-metrics-server",
        "kubernetes:core/v1:Namespace namespace",
        "kubernetes:core/v1:ServiceAccount assets-uploader",
        "pulumi:providers:kubernetes cluster-kubernetes",
      ]);
      expect((await resourceList(platform)).filter((each) => /kubernetes|metrics-server/.test(each))).toEqual(
        [],
      );
    });

    it("then has nothing to make, change, replace or delete in either stack", async () => {
      expect(await platform.up()).toMatchObject({ code: 0, errors: "", changes: [] });
      const moved = await cluster.up();
      expect(moved).toMatchObject({ code: 0, errors: "" });
      expect(moved.changes).toEqual([
        "create assets-uploader",
        "create metrics-server",
        "create namespace",
        `read organization/twinstack/${environment}`,
      ]);
      expect(await platform.refresh(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "" });
      expect(await cluster.refresh(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "" });
      expect(liveUids()).toBe(uids);
    });
  },
);
