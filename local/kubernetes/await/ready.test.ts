import type { JsonObject } from "../../region/protocol.ts";
import { refusal, testCluster, type Answer } from "../test-cluster.ts";
import { lookOnRead, waitUntilReady } from "./ready.ts";

const JOBS = { apiVersion: "batch/v1", kind: "Job", plural: "jobs", namespaced: true };
const PODS = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
const SECRETS = { apiVersion: "v1", kind: "Secret", plural: "secrets", namespaced: true };
const NAME = { namespace: "shop", name: "migrate" };
const COLLECTION = "GET /apis/batch/v1/namespaces/shop/jobs";

const object = (resourceVersion: string, status: JsonObject = {}): JsonObject => ({
  metadata: { name: "migrate", namespace: "shop", resourceVersion },
  status,
});
const COMPLETE = { conditions: [{ type: "Complete", status: "True" }] };
const FAILED = {
  conditions: [{ type: "Failed", status: "True", reason: "DeadlineExceeded", message: "too long" }],
};
/** A watch as the API server writes it. */
const events = (...states: readonly (readonly [string, JsonObject])[]): string =>
  states.map(([type, state]) => `${JSON.stringify({ type, object: state })}\n`).join("");

function wait(kind: typeof JOBS, answers: Readonly<Record<string, Answer | readonly Answer[]>>) {
  const { cluster, asked } = testCluster(answers);
  const options = { timeoutSeconds: 5, signal: new AbortController().signal, progress: () => undefined };
  return { asked, ended: waitUntilReady(cluster, kind, NAME, object("1"), options) };
}

describe("an object that vanishes while it is waited for", () => {
  it("is ready when it had completed before it was cleared away", async () => {
    const { asked, ended } = wait(JOBS, {
      [`${COLLECTION}/migrate`]: [object("5", { active: 1 }), refusal(404, "not found")],
      [COLLECTION]: events(
        ["MODIFIED", object("6", { active: 1, ready: 1 })],
        ["MODIFIED", object("7", COMPLETE)],
        ["DELETED", object("8", COMPLETE)],
      ),
    });
    expect(await ended).toEqual(object("7", COMPLETE));
    expect(asked.at(-1)?.query).toEqual({
      watch: "true",
      fieldSelector: "metadata.name=migrate",
      resourceVersion: "5",
      timeoutSeconds: "1",
    });
  });

  it("is ready although it was never seen, by its states since it was applied", async () => {
    const { asked, ended } = wait(JOBS, { [COLLECTION]: events(["DELETED", object("9", COMPLETE)]) });
    expect(await ended).toEqual(object("9", COMPLETE));
    expect(asked.at(-1)?.query).toMatchObject({ resourceVersion: "1" });
  });

  it("has failed when it had failed before", async () => {
    const { ended } = wait(JOBS, { [COLLECTION]: events(["DELETED", object("9", FAILED)]) });
    await expect(ended).rejects.toMatchObject({ end: "failed", reasons: ["DeadlineExceeded: too long"] });
  });

  it("is a pod that has succeeded", async () => {
    const done = object("9", { phase: "Succeeded" });
    const { ended } = wait(PODS, { "GET /api/v1/namespaces/shop/pods": events(["DELETED", done]) });
    expect(await ended).toEqual(done);
  });

  it.each<[string, Answer]>([
    ["it was not done", events(["DELETED", object("9", { active: 1 })])],
    ["nothing is known of it", ""],
    ["that is long ago", refusal(410, "too old resource version")],
    ["that is long ago by the watch", events(["ERROR", { code: 410, reason: "Expired" }])],
  ])("was deleted by someone when %s", async (_why, answer) => {
    await expect(wait(JOBS, { [COLLECTION]: answer }).ended).rejects.toMatchObject({
      end: "failed",
      reasons: ["someone deleted it while it was waited for"],
    });
  });

  it("of a kind that is not waited for is ready as it was applied, and is not asked for", async () => {
    const { asked, ended } = wait(SECRETS, {});
    expect(await ended).toEqual(object("1"));
    expect(asked).toEqual([]);
  });
});

describe("an object that is read", () => {
  it("is judged where the official provider does, and nowhere else", async () => {
    const { cluster } = testCluster({});
    expect(await lookOnRead(cluster, JOBS, object("1", { active: 1 }))).toMatchObject({ done: false });
    const claims = { ...PODS, kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims" };
    expect(await lookOnRead(cluster, claims, object("1", { phase: "Pending" }))).toBeUndefined();
    expect(await lookOnRead(cluster, SECRETS, object("1"))).toBeUndefined();
  });
});
