import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../authority/authority.ts";
import { createAdmissionServer } from "./server.ts";
import { createWebhooks } from "./webhooks.ts";
import type { AddressInfo } from "node:net";
import type { Server } from "node:https";

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

describe("createAdmissionServer", () => {
  let folder: string;
  let ca: string;
  let server: Server;
  const logged: string[] = [];
  let bindings: () => Promise<readonly object[]>;
  let associated = true;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "admission-"));
    const authority = await Authority.open(folder, "ca", async (command, args) =>
      execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }),
    );
    const pair = await authority.issue({
      name: "admission-serving",
      commonName: "admission",
      usages: ["serverAuth"],
      names: ["IP:127.0.0.1"],
    });
    ca = readFileSync(authority.files.cert, "utf8");
    const webhooks = createWebhooks({
      services: { bindings: () => bindings(), selector: async () => ({ app: "api" }) },
      identities: {
        has: () => {
          if (folder === "") throw new Error("no folder");
          return associated;
        },
      },
      region: "eu-central-1",
    });
    const files = { cert: readFileSync(pair.cert, "utf8"), key: readFileSync(pair.key, "utf8") };
    server = createAdmissionServer(files, webhooks, (line) => logged.push(line));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => {
    logged.length = 0;
    associated = true;
    bindings = async () => [{ metadata: { name: "api-blue" }, spec: { serviceRef: { name: "api" } } }];
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function call(path: string, body: string, method = "POST"): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    const asked = request({ host: "127.0.0.1", port, path, method, ca, agent: false });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [AsyncIterable<Buffer> & { statusCode?: number }];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, body: Buffer.concat(chunks).toString() };
  }

  const review = (spec: object = { containers: [{ name: "api" }] }): string =>
    JSON.stringify({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      request: {
        uid: "uid-1",
        namespace: "quiz",
        object: { metadata: { labels: { app: "api" } }, spec },
      },
    });

  function reviewed({ status, body }: Answer): Record<string, unknown> {
    expect(status).toBe(200);
    const { response, ...rest } = JSON.parse(body) as { response: Record<string, unknown> };
    expect(rest).toEqual({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" });
    return response;
  }

  const patchOf = (response: Record<string, unknown>): unknown =>
    JSON.parse(Buffer.from(response["patch"] as string, "base64").toString());

  it("answers a review with the patch of its path, whatever the time that the API server waits", async () => {
    const response = reviewed(await call("/mutate-v1-pod?timeout=10s", review()));
    expect(response).toEqual({
      uid: "uid-1",
      allowed: true,
      patchType: "JSONPatch",
      patch: expect.any(String),
    });
    expect(patchOf(response)).toEqual([
      {
        op: "add",
        path: "/spec/readinessGates",
        value: [{ conditionType: "target-health.eks.amazonaws.com/api-blue" }],
      },
    ]);
    const paths = (patchOf(reviewed(await call("/mutate", review()))) as { path: string }[]).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(["/spec/volumes", "/spec/containers"]);
  });

  it("admits without a patch what needs none", async () => {
    bindings = async () => [];
    associated = false;
    for (const path of ["/mutate", "/mutate-v1-pod"]) {
      expect(reviewed(await call(path, review()))).toEqual({ uid: "uid-1", allowed: true });
    }
    expect(logged).toEqual([]);
  });

  it("denies a pod of which it cannot tell whether it is a target, as the controller does", async () => {
    bindings = () => Promise.reject(new Error("the API server is away"));
    expect(reviewed(await call("/mutate-v1-pod", review()))).toEqual({
      uid: "uid-1",
      allowed: false,
      status: { code: 403, message: "readiness gates: the API server is away" },
    });
  });

  it("answers 500 when it fails, so that the failure policy decides, and says so in the log", async () => {
    const before = folder;
    folder = "";
    const answer = await call("/mutate", review());
    folder = before;
    expect(answer).toEqual({ status: 500, body: "no folder" });
    expect(logged).toEqual(["/mutate: no folder"]);
  });

  it.each([
    ["another version", JSON.stringify({ apiVersion: "admission.k8s.io/v1beta1", request: {} })],
    ["no pod", JSON.stringify({ apiVersion: "admission.k8s.io/v1", request: { uid: "1", object: {} } })],
    ["no request", JSON.stringify({ apiVersion: "admission.k8s.io/v1" })],
  ])("refuses a review of %s", async (_, body) => {
    expect(await call("/mutate", body)).toEqual({
      status: 400,
      body: "no admission.k8s.io/v1 AdmissionReview of a pod",
    });
  });

  it("refuses what is no JSON", async () => {
    expect((await call("/mutate", "{")).status).toBe(400);
  });

  it("knows no other path and no other method", async () => {
    expect(await call("/", review())).toEqual({ status: 404, body: "POST /: no webhook" });
    expect((await call("/mutate", "", "GET")).status).toBe(404);
  });

  it("refuses a review that is longer than the API server's can be, and one that does not come", async () => {
    const answer = await call("/mutate", " ".repeat(8 * 1024 * 1024 + 1));
    expect(answer).toEqual({ status: 413, body: "The request's body is longer than 8388608 bytes" });
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
  });
});
