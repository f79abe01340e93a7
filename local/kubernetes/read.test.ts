import { PartialFailure, Secret, type Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { read } from "./read.ts";
import { refusal, testCall, testSession, type Answer } from "./test-cluster.ts";

const CORE = {
  "GET /api/v1": {
    resources: [
      { name: "secrets", kind: "Secret", namespaced: true },
      { name: "namespaces", kind: "Namespace", namespaced: false },
    ],
  },
};
const sessionWith = (answers: Readonly<Record<string, Answer>>) => testSession(answers).session;
const BATCH = { "GET /apis/batch/v1": { resources: [{ name: "jobs", kind: "Job", namespaced: true }] } };
const JOB_INPUTS: Values = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "migrate", namespace: "shop" },
};

/** A Job as the cluster has it. */
function job(status: JsonObject, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "migrate", namespace: "shop", annotations },
    status,
  };
}

const readJob = (live: JsonObject) =>
  read(
    sessionWith({ ...BATCH, "GET /apis/batch/v1/namespaces/shop/jobs/migrate": live }),
    testCall("kubernetes:batch/v1:Job", "thing"),
    "shop/migrate",
    JOB_INPUTS,
    JOB_INPUTS,
  );

describe("read", () => {
  it("answers nothing for an object, or a kind, that is gone", async () => {
    expect(
      await read(sessionWith(CORE), testCall("kubernetes:core/v1:Secret", "thing"), "shop/login", {}, {}),
    ).toBeUndefined();
    expect(
      await read(sessionWith({}), testCall("kubernetes:x.y/v1:Thing", "thing"), "shop/x", {}, {}),
    ).toBeUndefined();
  });

  it("gives an import its whole id and its inputs, a Secret's data hidden", async () => {
    const live = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "login", namespace: "shop", uid: "1" },
      data: { password: "aGk=" },
      type: "Opaque",
    };
    const session = sessionWith({ ...CORE, "GET /api/v1/namespaces/shop/secrets/login": live });
    expect(
      await read(session, testCall("kubernetes:core/v1:Secret", "thing"), "login", {}, {}),
    ).toMatchObject({
      id: "shop/login",
      inputs: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "login", namespace: "shop" },
        data: new Secret({ password: "aGk=" }),
        type: "Opaque",
      },
      outputs: { data: new Secret({ password: "aGk=" }) },
    });
  });

  it("gives an object without a namespace its name alone", async () => {
    const live = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } };
    const session = sessionWith({ ...CORE, "GET /api/v1/namespaces/shop": live });
    expect(
      await read(session, testCall("kubernetes:core/v1:Namespace", "thing"), "shop", {}, {}),
    ).toMatchObject({
      id: "shop",
    });
  });

  it("sees no drift in what kubectl apply remembers, written by the program or not", async () => {
    const applied = "kubectl.kubernetes.io/last-applied-configuration";
    const live = (text: string): JsonObject => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "shop", uid: "1", annotations: { [applied]: text, note: "x" } },
    });
    const inputs = { ...live("{}"), metadata: { name: "shop", annotations: { [applied]: "{}", note: "x" } } };
    const session = sessionWith({ ...CORE, "GET /api/v1/namespaces/shop": live('{"a":1}') });
    const outputs = { ...live("{}"), metadata: { name: "shop", uid: "1", annotations: { note: "x" } } };
    const call = testCall("kubernetes:core/v1:Namespace", "thing");
    expect((await read(session, call, "shop", inputs, outputs))?.inputs).toEqual(inputs);
  });

  it("says that an object is not ready, or has failed, with what is there", async () => {
    const running = await readJob(job({ active: 1 })).catch((error: unknown) => error);
    expect(running).toBeInstanceOf(PartialFailure);
    expect(running).toMatchObject({
      id: "shop/migrate",
      inputs: JOB_INPUTS,
      outputs: { status: { active: 1 } },
      reasons: ["Job shop/migrate is in the cluster but not ready", "pods: 1 active, 0 succeeded, 0 failed"],
    });
    const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" };
    await expect(readJob(job({ conditions: [failed] }))).rejects.toMatchObject({
      reasons: ["Job shop/migrate is in the cluster but not ready", "BackoffLimitExceeded: too often"],
    });
  });

  it("gives an object that is not ready to an import or a get, without a word", async () => {
    const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" };
    const live = job({ conditions: [failed] });
    const session = sessionWith({ ...BATCH, "GET /apis/batch/v1/namespaces/shop/jobs/migrate": live });
    const got = await read(session, testCall("kubernetes:batch/v1:Job", "thing"), "shop/migrate", {}, {});
    expect(got).toMatchObject({
      id: "shop/migrate",
      inputs: JOB_INPUTS,
      outputs: { status: { conditions: [failed] } },
    });
  });

  it("does not ask whether one is ready that is not waited for", async () => {
    const live = job({ active: 1 }, { "pulumi.com/skipAwait": "true" });
    expect(await readJob(live)).toMatchObject({ id: "shop/migrate", outputs: { status: { active: 1 } } });
  });

  it("names the resource when the cluster refuses", async () => {
    const session = sessionWith({
      ...CORE,
      "GET /api/v1/namespaces/shop/secrets/login": refusal(403, "forbidden"),
    });
    await expect(
      read(session, testCall("kubernetes:core/v1:Secret", "thing"), "shop/login", {}, {}),
    ).rejects.toMatchObject({ code: "PERMISSION_DENIED", message: "thing could not be read: forbidden" });
  });
});
