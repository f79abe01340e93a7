import type { Values } from "../provider/provider.ts";
import { changedInputs } from "./diff.ts";
import { completeInputs } from "./inputs.ts";
import { withoutServerFields } from "./server-fields.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const SECRET = { apiVersion: "v1", kind: "Secret" };
const CONFIG_MAP = { apiVersion: "v1", kind: "ConfigMap" };
const WIDGET = { apiVersion: "example.test/v1", kind: "Widget" };

/** What `kubectl get -o yaml` writes beside what somebody wrote. */
const PASTED: Values = {
  creationTimestamp: "2026-01-01T00:00:00Z",
  deletionGracePeriodSeconds: 0,
  deletionTimestamp: "2026-01-02T00:00:00Z",
  generation: 3,
  managedFields: [{ manager: "kubectl", operation: "Update" }],
  resourceVersion: "12",
  selfLink: "/api/v1/namespaces/shop/configmaps/settings",
  uid: "11111111-2222-3333-4444-555555555555",
};
const WRITTEN: Values = {
  name: "settings",
  namespace: "shop",
  labels: { app: "web" },
  annotations: { [LAST_APPLIED]: "{}", note: "x" },
  finalizers: ["example.test/guard"],
  ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "node-a", uid: "1" }],
};

describe("what only the API server writes", () => {
  it("is left out of a pasted manifest, and nothing else is", () => {
    const pasted = { ...CONFIG_MAP, metadata: { ...WRITTEN, ...PASTED }, data: { uid: "mine" } };
    expect(withoutServerFields(pasted, CONFIG_MAP)).toEqual({
      ...CONFIG_MAP,
      metadata: WRITTEN,
      data: { uid: "mine" },
    });
  });

  it("is the status of a built-in kind, and not that of a custom one", () => {
    const inputs = { metadata: { name: "a" }, status: { phase: "Ready" } };
    expect(withoutServerFields(inputs, { apiVersion: "apps/v1", kind: "Deployment" })).toEqual({
      metadata: { name: "a" },
    });
    const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    expect(withoutServerFields(inputs, definition)).toEqual({ metadata: { name: "a" } });
    expect(withoutServerFields(inputs, WIDGET)).toEqual(inputs);
  });

  it("is what kubectl apply remembers of a Secret: its data in clear", () => {
    expect(withoutServerFields({ metadata: WRITTEN }, SECRET)).toEqual({
      metadata: { ...WRITTEN, annotations: { note: "x" } },
    });
  });

  it("is no matter where metadata is none", () => {
    expect(withoutServerFields({ metadata: "x" }, CONFIG_MAP)).toEqual({ metadata: "x" });
    expect(withoutServerFields({ data: {} }, CONFIG_MAP)).toEqual({ data: {} });
  });

  it("is not in the inputs of a resource, and no change against a state that still has it", async () => {
    const completed = await completeInputs(
      undefined,
      { metadata: { ...WRITTEN, ...PASTED } },
      { kind: CONFIG_MAP, autoname: async () => "never", namespace: "default" },
    );
    expect(completed).toEqual({ inputs: { ...CONFIG_MAP, metadata: WRITTEN }, failures: [] });
    const changes = changedInputs({
      kind: CONFIG_MAP,
      oldInputs: { ...CONFIG_MAP, metadata: { ...WRITTEN, creationTimestamp: "2026-01-01T00:00:00Z" } },
      news: completed.inputs,
      ignoreChanges: [],
      defaultNamespace: "default",
    });
    expect(changes).toEqual({});
  });
});
