import { changedInputs, toDiffResult, withoutNormalized, type Comparison } from "./diff.ts";

const MUTABLE = { enableConfigMapMutable: true, enableSecretMutable: true };
const IMMUTABLE = { enableConfigMapMutable: false, enableSecretMutable: false };

function comparison(
  olds: Comparison["oldInputs"],
  news: Comparison["news"],
  more: Partial<Comparison> = {},
): Comparison {
  return {
    kind: { apiVersion: "v1", kind: "ConfigMap" },
    oldInputs: olds,
    news,
    ignoreChanges: [],
    defaultNamespace: "default",
    ...more,
  };
}

describe("changed inputs", () => {
  it("leave out what is ignored, and an absent namespace that is the default one", () => {
    const olds = { metadata: { name: "a" }, spec: { replicas: 2, image: "1" } };
    const news = { metadata: { name: "a", namespace: "default" }, spec: { replicas: 5, image: "2" } };
    expect(changedInputs(comparison(olds, news, { ignoreChanges: ["spec.replicas"] }))).toEqual({
      "spec.image": "update",
    });
    expect(
      changedInputs(comparison(olds, news, { defaultNamespace: "shop", ignoreChanges: ["spec"] })),
    ).toEqual({
      "metadata.namespace": "update",
    });
  });

  it("leave out a namespace on a kind that has none", () => {
    const news = { metadata: { name: "a", namespace: "default" } };
    expect(
      changedInputs(comparison({ metadata: { name: "a" } }, news, { defaultNamespace: undefined })),
    ).toEqual({});
  });
});

describe("changes that the API server only writes differently", () => {
  const recorded = { spec: { cpu: "1", policy: "Always", label: "kept" } };
  it("are dropped: another form of a value, and a default that is no longer written", () => {
    const changes = { "spec.cpu": "update", "spec.policy": "delete" } as const;
    expect(withoutNormalized(changes, recorded, recorded)).toEqual({});
  });

  it("are not: new values, removed ones, and fields the API server does not store", () => {
    const changes = {
      "spec.cpu": "update",
      "spec.label": "delete",
      "stringData.key": "update",
      "spec.policy": "add",
    } as const;
    expect(withoutNormalized(changes, recorded, { spec: { cpu: "2", policy: "Always" } })).toEqual(changes);
  });
});

describe("the engine's diff", () => {
  const autonamed = { name: "a-1", annotations: { "pulumi.com/autonamed": "true" } };
  it("deletes an object with a given name before its replacement is made, and no other", () => {
    const given = comparison(
      { metadata: { name: "a" }, data: { k: "1" } },
      { metadata: { name: "a" }, data: { k: "2" } },
    );
    expect(toDiffResult(given, changedInputs(given), IMMUTABLE)).toEqual({
      detailed: { "data.k": "update-replace" },
      deleteBeforeReplace: true,
    });
    const own = comparison(
      { metadata: autonamed, data: { k: "1" } },
      { metadata: autonamed, data: { k: "2" } },
    );
    expect(toDiffResult(own, changedInputs(own), IMMUTABLE)).toEqual({
      detailed: { "data.k": "update-replace" },
    });
    const moved = comparison({ metadata: { name: "a" } }, { metadata: { name: "b" } });
    expect(toDiffResult(moved, changedInputs(moved), IMMUTABLE)).toEqual({
      detailed: { "metadata.name": "update-replace" },
    });
  });

  it("updates data in place where the provider may and the object is not immutable", () => {
    const open = comparison(
      { metadata: { name: "a" }, data: { k: "1" } },
      { metadata: { name: "a" }, data: { k: "2" } },
    );
    expect(toDiffResult(open, changedInputs(open), MUTABLE)).toEqual({ detailed: { "data.k": "update" } });
    const locked = comparison({ ...open.oldInputs, immutable: true }, { ...open.news, immutable: true });
    expect(toDiffResult(locked, changedInputs(locked), MUTABLE).detailed).toEqual({
      "data.k": "update-replace",
    });
  });
});

describe("a PersistentVolumeClaim", () => {
  const claim = (spec: Comparison["news"]) =>
    ({ metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], ...spec } }) as Comparison["news"];
  const compared = (olds: Comparison["news"], news: Comparison["news"]) => {
    const kind = { apiVersion: "v1", kind: "PersistentVolumeClaim" };
    const of = comparison(claim(olds), claim(news), { kind });
    return toDiffResult(of, changedInputs(of), IMMUTABLE);
  };

  it("that grows is updated, and nothing is deleted first", () => {
    const size = (storage: string) => ({ resources: { requests: { storage } } });
    expect(compared(size("1Gi"), size("2Gi"))).toEqual({
      detailed: { "spec.resources.requests.storage": "update" },
    });
    expect(compared({}, size("2Gi"))).toEqual({ detailed: { "spec.resources": "add" } });
  });

  it("of another class is replaced", () => {
    expect(compared({ storageClassName: "slow" }, { storageClassName: "fast" })).toEqual({
      detailed: { "spec.storageClassName": "update-replace" },
      deleteBeforeReplace: true,
    });
  });
});

describe("data of an object that is immutable no longer", () => {
  it("is updated, which the API server refuses: the official provider looks at the new inputs alone", () => {
    const unlocked = comparison(
      { metadata: { name: "a" }, data: { k: "1" }, immutable: true },
      { metadata: { name: "a" }, data: { k: "2" } },
    );
    expect(toDiffResult(unlocked, changedInputs(unlocked), MUTABLE).detailed).toEqual({
      "data.k": "update",
      immutable: "delete",
    });
  });
});
