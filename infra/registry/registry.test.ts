import { Children, value } from "../testing/children.ts";
import { Registry, type RegistryArgs } from "./registry.ts";

async function make(change: Partial<RegistryArgs> = {}) {
  const children = new Children((type) =>
    type === "aws:ecr/repository:Repository" ? { repositoryUrl: "registry.test/twinstack-test" } : {},
  );
  const args = {
    repositoryName: "twinstack-test",
    keyArn: "arn:key",
    keepImages: 50,
    protect: true,
    tags: {},
  };
  const registry = new Registry("registry", { ...args, ...change }, children.options);
  return { registry, children: await children.all() };
}

const REPOSITORY = "aws:ecr/repository:Repository registry";

describe("Registry", () => {
  it("makes a repository whose tags never move, scanned, encrypted and protected", async () => {
    const { children, registry } = await make();
    expect(Object.keys(children).sort()).toEqual([
      "aws:ecr/lifecyclePolicy:LifecyclePolicy registry",
      REPOSITORY,
      "twinstack:registry:Registry registry",
    ]);
    expect(children[REPOSITORY]?.inputs).toEqual({
      name: "twinstack-test",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: "arn:key" }],
      forceDelete: false,
      tags: {},
    });
    expect(children[REPOSITORY]?.options.protect).toBe(true);
    expect(await value(registry.repositoryUrl)).toBe("registry.test/twinstack-test");
  });

  it("forgets unfinished pushes after a week and images beyond the newest 50", async () => {
    const { children } = await make();
    const policy = children["aws:ecr/lifecyclePolicy:LifecyclePolicy registry"];
    expect(policy?.inputs["repository"]).toBe("twinstack-test");
    expect(JSON.parse(policy?.inputs["policy"] as string)).toMatchObject({
      rules: [
        { rulePriority: 1, selection: { tagStatus: "untagged", countUnit: "days", countNumber: 7 } },
        { rulePriority: 2, selection: { countType: "imageCountMoreThan", countNumber: 50 } },
      ],
    });
  });

  it("is deleted with its images only when told", async () => {
    const { children } = await make({ forceDelete: true, protect: false });
    expect(children[REPOSITORY]?.inputs["forceDelete"]).toBe(true);
    expect(children[REPOSITORY]?.options.protect).toBe(false);
  });
});
