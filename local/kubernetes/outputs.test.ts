import { Secret, UNKNOWN } from "../provider/provider.ts";
import { importedInputs, outputsOf, plannedOutputs, recordedIn } from "./outputs.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const live = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: {
    name: "login",
    uid: "1",
    resourceVersion: "7",
    creationTimestamp: "2026-01-01T00:00:00Z",
    annotations: { [LAST_APPLIED]: '{"data":{"p":"aGk="}}', note: "x" },
    managedFields: [{ manager: "kubectl" }],
  },
  data: { p: "aGk=" },
  type: "Opaque",
};

describe("outputs", () => {
  it("hide a Secret's data, also where kubectl keeps a copy, and leave out bookkeeping", () => {
    const outputs = outputsOf(live, "pulumi-kubernetes-1");
    expect(outputs["data"]).toEqual(new Secret({ p: "aGk=" }));
    expect(outputs["metadata"]).toEqual({
      name: "login",
      uid: "1",
      resourceVersion: "7",
      creationTimestamp: "2026-01-01T00:00:00Z",
      annotations: { note: "x" },
    });
    expect(recordedIn(outputs)).toMatchObject({
      manager: "pulumi-kubernetes-1",
      object: { data: { p: "aGk=" } },
    });
  });

  it("of what is only planned say what is not known", () => {
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports: [] } };
    expect(plannedOutputs(service, "m")).toEqual({
      ...service,
      metadata: {
        name: "web",
        uid: UNKNOWN,
        resourceVersion: UNKNOWN,
        creationTimestamp: UNKNOWN,
        generation: UNKNOWN,
      },
      spec: { ports: [], clusterIP: UNKNOWN, clusterIPs: UNKNOWN },
      status: UNKNOWN,
      __fieldManager: "m",
    });
  });
});

describe("inputs of an import", () => {
  it("are what a person would have written", () => {
    expect(importedInputs({ ...live, status: {} })).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", annotations: { note: "x" } },
      data: new Secret({ p: "aGk=" }),
      type: "Opaque",
    });
  });
});
