import { UNKNOWN, type Values } from "../provider/provider.ts";
import { refusal, testCall, testSession } from "./test-cluster.ts";
import { update } from "./update.ts";

const CALL = testCall("kubernetes:core/v1:Service", "web");
const GROUP = { "GET /api/v1": { resources: [{ name: "services", kind: "Service", namespaced: true }] } };
const OLD = {
  id: "shop/web",
  inputs: {},
  outputs: {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop", uid: "7", labels: { app: "old", tier: "a" } },
    spec: { clusterIP: "172.20.0.9", ports: [{ port: 80 }] },
    __fieldManager: "pulumi-kubernetes-1",
  },
};
const NEWS: Values = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop", labels: { app: UNKNOWN } },
  spec: { ports: [{ port: 81 }, { port: 82 }] },
};

describe("the preview of an update", () => {
  it("with unknown inputs keeps what only the cluster knows, and asks it for nothing", async () => {
    const { session, asked } = testSession(GROUP);
    expect(await update(session, CALL, OLD, NEWS, [], true)).toEqual({
      outputs: {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "shop", uid: "7", labels: { app: UNKNOWN, tier: "a" } },
        spec: { clusterIP: "172.20.0.9", ports: [{ port: 81 }, { port: 82 }] },
        __fieldManager: "pulumi-kubernetes-1",
      },
    });
    expect(asked.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("with known ones is the API server's own answer to a dry run", async () => {
    const path = "/api/v1/namespaces/shop/services/web";
    const dry = {
      ...OLD.outputs,
      __fieldManager: "x",
      metadata: { name: "web", namespace: "shop", uid: "8" },
    };
    const { session, asked } = testSession({ ...GROUP, [`GET ${path}`]: {}, [`PATCH ${path}`]: dry });
    const news = { ...NEWS, metadata: { name: "web", namespace: "shop" } };
    const { outputs } = await update(session, CALL, OLD, news, [], true);
    expect(outputs["metadata"]).toEqual({ name: "web", namespace: "shop", uid: "8" });
    expect(asked.at(-1)).toMatchObject({
      method: "PATCH",
      query: {
        dryRun: "All",
        fieldValidation: "Strict",
        force: "false",
        fieldManager: "pulumi-kubernetes-1",
      },
      body: news,
    });
  });
});

describe("an update", () => {
  const news = { ...NEWS, metadata: { name: "web", namespace: "shop" } };

  it("of an object that is gone says so, and writes nothing", async () => {
    const { session, asked } = testSession(GROUP);
    await expect(update(session, CALL, OLD, news, [], false)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "web was not updated: Service shop/web is gone from the cluster; run pulumi refresh",
    });
    expect(asked.map(({ method }) => method)).toEqual(["GET", "GET"]);
  });

  it("of a kind the cluster does not serve is refused", async () => {
    const { session } = testSession({ "GET /api/v1": { resources: [] } });
    await expect(update(session, CALL, OLD, news, [], false)).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      message: "the cluster does not serve v1 Service",
    });
  });

  it("that the API server refuses names the resource", async () => {
    const path = "/api/v1/namespaces/shop/services/web";
    const { session } = testSession({
      ...GROUP,
      [`GET ${path}`]: {},
      [`PATCH ${path}`]: refusal(422, "spec.ports[1].name: Required value"),
    });
    await expect(update(session, CALL, OLD, news, [], false)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "web was not updated: spec.ports[1].name: Required value",
    });
  });
});
