import { join } from "node:path";
import { moveResources, type StateCommand } from "../../doorways/move-stacks.ts";
import { runCommand } from "../../local/toolchain/command.ts";
import { resourceList } from "./environments/recorded-list.ts";
import { GUARD_IMAGE, newEnvironment, newSibling, recordedInClear } from "./environments/stack.ts";
import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { PretendedKubelet, RUNNING } from "./kubernetes-fixture/pods.ts";
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
    let kubelet: PretendedKubelet;
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
      kubelet = new PretendedKubelet(plane, "twinstack", () => RUNNING);
      uids = liveUids();
      platform = await newEnvironment(environment, recorded.config, plane, (env) =>
        writeRecords(recorded, env),
      );
      expect(await platform.pulumi(["stack", "import"], JSON.stringify(recorded.stack))).toMatchObject({
        code: 0,
      });
      const config = {
        ...recorded.config,
        "twinstack:guardImage": GUARD_IMAGE,
        // The recorded file of the local parts' authority is not there: no part runs here.
        "twinstack:certificateAuthorities": "amazon-rds",
      };
      cluster = await newSibling(`${environment}-cluster`, config, platform);
    });
    afterAll(async () => {
      await cluster.dispose();
      await platform.dispose();
      kubelet.stop();
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

    it("then makes the guard, which it did not have, and changes, replaces and deletes nothing in either stack", async () => {
      const updated = await platform.up();
      expect(updated).toMatchObject({ code: 0, errors: "" });
      // Component, role, policy and association; component, repository and lifecycle policy.
      expect(updated.changes).toEqual([
        ...Array<string>(4).fill("create guard"),
        ...Array<string>(3).fill("create guard-registry"),
      ]);
      expect((await resourceList(platform)).filter((each) => each.includes(" guard"))).toEqual([
        "aws:ecr/lifecyclePolicy:LifecyclePolicy guard-registry",
        "aws:ecr/repository:Repository guard-registry",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation guard",
        "aws:iam/role:Role guard",
        "aws:iam/rolePolicy:RolePolicy guard",
        "twinstack:guard:GuardIdentity guard",
        "twinstack:registry:Registry guard-registry",
      ]);
      const moved = await cluster.up();
      expect(moved).toMatchObject({ code: 0, errors: "" });
      expect(moved.changes.map((each) => each.replace(/[0-9a-f]{10}$/, "<hash>"))).toEqual([
        "create assets-uploader",
        "create guard",
        "create guard-account",
        "create guard-budget",
        "create guard-deployment",
        "create guard-priority",
        "create guard-rights",
        "create guard-rights",
        "create guard-trust-<hash>",
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
