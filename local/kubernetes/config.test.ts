import { UNKNOWN } from "../provider/provider.ts";
import { checkSettings, diffSettings, readSettings } from "./config.ts";

describe("provider configuration", () => {
  it("takes what the program may set, as strings or not", () => {
    const config = {
      kubeconfig: "{}",
      namespace: "shop",
      enableSecretMutable: "true",
      upsertExistingObjects: true,
    };
    expect(
      checkSettings({
        ...config,
        version: "4.34.2",
        clusterIdentifier: "a",
        suppressHelmHookWarnings: "true",
      }),
    ).toEqual([]);
    expect(readSettings(config)).toEqual({
      kubeconfig: "{}",
      context: undefined,
      cluster: undefined,
      namespace: "shop",
      enableConfigMapMutable: false,
      enableSecretMutable: true,
      enablePatchForce: false,
      upsertExistingObjects: true,
    });
  });

  it("names every key that is unknown, wrong or missing", () => {
    const failures = checkSettings({
      deleteUnreachable: "true",
      enableServerSideApply: "false",
      enablePatchForce: "yes",
      context: 1,
    });
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "context",
      "deleteUnreachable",
      "enablePatchForce",
      "enableServerSideApply",
      "kubeconfig",
    ]);
    expect(failures.find(({ property }) => property === "enablePatchForce")?.reason).toBe(
      'is "yes": write true or false',
    );
  });

  it("lets a kubeconfig pass that is not known yet", () => {
    expect(checkSettings({ kubeconfig: UNKNOWN })).toEqual([]);
  });

  it("replaces everything for another server, and not for another certificate", () => {
    const olds = { kubeconfig: "old", enablePatchForce: "false" };
    const news = { kubeconfig: "new", enablePatchForce: "true" };
    expect(diffSettings(olds, news, { old: "https://a", new: "https://b" }).detailed).toEqual({
      kubeconfig: "update-replace",
      enablePatchForce: "update",
    });
    expect(diffSettings(olds, news, { old: "https://a", new: "https://a" }).detailed).toEqual({
      kubeconfig: "update",
      enablePatchForce: "update",
    });
  });

  it("goes by the clusterIdentifier alone when there is one", () => {
    const servers = { old: "https://a", new: "https://b" };
    const old = { kubeconfig: "old", clusterIdentifier: "one" };
    expect(diffSettings(old, { kubeconfig: "new", clusterIdentifier: "one" }, servers).detailed).toEqual({
      kubeconfig: "update",
    });
    expect(diffSettings(old, { kubeconfig: "old", clusterIdentifier: "two" }, servers).detailed).toEqual({
      clusterIdentifier: "update-replace",
    });
  });
});
