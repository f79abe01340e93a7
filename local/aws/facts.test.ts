import { extractShapes } from "./extract-shapes.ts";
import { factsSource, isSet, typeFacts } from "./facts.ts";
import { pulumiPath, replacePaths } from "./replace-paths.ts";
import { modelledFunctions, modelledTypes, resourceModel } from "./services/index.ts";
import { inputShape, shapeAt } from "./shapes.ts";

describe("the facts table against the installed SDK", () => {
  it("names its source and licence", () => {
    expect(factsSource).toContain("terraform-provider-aws");
    expect(factsSource).toContain("MPL-2.0");
  });

  it.each(modelledTypes())(
    "%s: the table's inputs are the SDK's, but for those it says are newer",
    (type) => {
      const facts = typeFacts(type);
      const inputs = Object.entries(facts?.properties ?? {}).filter(([, property]) => property.in !== "none");
      const known = [...inputs.map(([key]) => key), ...(facts?.notInSource ?? [])].sort();
      expect(known).toEqual(Object.keys(inputShape(type) ?? {}).sort());
    },
  );

  it.each(modelledTypes())("%s: what the table requires, the SDK requires", (type) => {
    const required = (entries: readonly (readonly [string, boolean])[]): string[] =>
      entries
        .filter(([, needed]) => needed)
        .map(([key]) => key)
        .sort();
    const facts = Object.entries(typeFacts(type)?.properties ?? {});
    const members = Object.entries(inputShape(type) ?? {});
    expect(required(facts.map(([key, property]) => [key, property.in === "required"]))).toEqual(
      required(members.map(([key, member]) => [key, member.required === true])),
    );
  });

  it.each(modelledTypes())("%s: every inner replacing path exists in the SDK", (type) => {
    const members = inputShape(type) ?? {};
    for (const [key, property] of Object.entries(typeFacts(type)?.properties ?? {})) {
      for (const inner of property.nestedReplaces ?? []) {
        expect([key, inner, pulumiPath(members, key, inner)]).toEqual([key, inner, expect.any(String)]);
      }
    }
  });

  it.each(modelledTypes())("%s: the model names only inputs the SDK has", (type) => {
    const model = resourceModel(type);
    const members = inputShape(type) ?? {};
    const names = [
      ...(model?.notModelled ?? []),
      ...(model?.sets ?? []),
      ...Object.keys(model?.defaults ?? {}),
      ...(model?.computed ?? []),
      ...(model?.autoname ? [model.autoname.property] : []),
    ];
    const missing = names.filter((name) => shapeAt(members, name.split(".")) === undefined);
    expect(missing).toEqual([]);
  });

  it("has the shapes of the installed SDK: run write-shapes.ts when this fails", () => {
    const shapes = extractShapes();
    expect(Object.keys(shapes)).toEqual([...modelledTypes(), ...modelledFunctions()]);
    for (const [token, members] of Object.entries(shapes)) expect(inputShape(token)).toEqual(members);
  });
});

describe("typed access", () => {
  it("turns Terraform's inner paths into the SDK's", () => {
    const facts = typeFacts("aws:eks/cluster:Cluster");
    const paths = facts && replacePaths("aws:eks/cluster:Cluster", facts);
    expect(paths).toContain("accessConfig.bootstrapClusterCreatorAdminPermissions");
    expect(paths).toContain("kubernetesNetworkConfig.serviceIpv4Cidr");
    expect(paths).toContain("bootstrapSelfManagedAddons");
    expect(paths).not.toContain("accessConfig");
  });

  it("knows sets from lists", () => {
    const properties = typeFacts("aws:ec2/vpcEndpoint:VpcEndpoint")?.properties ?? {};
    expect(isSet(properties["subnetIds"])).toBe(true);
    expect(isSet(properties["cidrBlocks"])).toBe(false);
  });

  it("answers undefined for what it lacks", () => {
    expect(typeFacts("aws:nothing/nothing:Nothing")).toBeUndefined();
    expect(typeFacts("_about")).toBeUndefined();
  });
});
