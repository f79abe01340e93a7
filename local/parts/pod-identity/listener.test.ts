import { once } from "node:events";
import { createServer, request } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { POD_IDENTITY } from "../../aws/services/eks/references.ts";
import { text } from "../../aws/services/fields.ts";
import { ROLE } from "../../aws/services/iam/references.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { testMachine } from "../haproxy/testing.ts";
import { createIdentities } from "../identity/identities.ts";
import type { KnownIdentities } from "../identity/identities.ts";
import type { EksAuth, PodCredentials } from "./assume-role.ts";
import { createAgentListener } from "./listener.ts";
import type { PodToken } from "./token-review.ts";

const CLUSTER: StoredResource = {
  urn: "urn:cluster",
  type: "aws:eks/cluster:Cluster",
  id: "main",
  inputs: {},
  outputs: { arn: "arn:aws:eks:eu-central-1:000000000000:cluster/main" },
};
const jwt = (claims: object): string =>
  [{ alg: "ES256" }, claims, "signature"]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
const ahead = Math.floor(Date.now() / 1000) + 3600;
const TOKEN = jwt({ exp: ahead, sub: "system:serviceaccount:twinstack:guard" });
const pod = (serviceAccount: string): PodToken => ({
  namespace: "twinstack",
  serviceAccount,
  podName: "guard-6f9c7d-abcde",
  podUid: "0b1f6c3e-1111-2222-3333-444455556666",
});
const TAGS_OF = (namespace: string): JsonObject => ({
  StringEquals: { "aws:RequestTag/kubernetes-namespace": namespace },
});

const machine = testMachine("127.98.37");
let account: MemoryAccount;
let identities: KnownIdentities;
let reviewed: string[];
let review: EksAuth["review"];
let running: boolean;
let server: Server;

function roleTrusting(actions: readonly string[], more: JsonObject = {}): string {
  const Statement = {
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: actions,
    ...more,
  };
  const name = `guard-${account.records.length}`;
  const role = account.make(ROLE, { name, assumeRolePolicy: JSON.stringify({ Statement }) });
  return text(role.outputs, "arn") ?? "";
}
function associate(serviceAccount: string, roleArn: string, more: JsonObject = {}): void {
  account.make(POD_IDENTITY, {
    ...{ clusterName: "main", namespace: "twinstack", serviceAccount, roleArn },
    ...more,
  });
}

interface Asked {
  readonly token?: string;
  readonly host?: string;
  readonly path?: string;
}
function ask({ token, host = "169.254.170.23", path = "/v1/credentials" }: Asked): Promise<{
  readonly status: number;
  readonly type: string;
  readonly body: string;
}> {
  const { port } = server.address() as AddressInfo;
  const headers = { host, ...(token === undefined ? {} : { authorization: token }) };
  return new Promise((resolve, reject) => {
    request({ port, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          type: answer.headers["content-type"] ?? "",
          body: Buffer.concat(chunks)
            .toString()
            .replace(/^\[[0-9a-f-]{36}\]/, "[id]"),
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}
const refused = (status: number, message: string) => ({
  status,
  type: "text/plain; charset=utf-8",
  body: `${message}\n`,
});

beforeAll(async () => {
  const auth = (): EksAuth | undefined =>
    running ? { account, identities, cluster: CLUSTER, review: (token) => review(token) } : undefined;
  server = createServer(createAgentListener(auth)).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await machine.remove();
});
beforeEach(() => {
  account = new MemoryAccount();
  account.records.push(CLUSTER);
  identities = createIdentities({ machine, account, log: () => undefined });
  running = true;
  reviewed = [];
  review = async (token) => {
    reviewed.push(token);
    return pod("guard");
  };
});

it("gives a pod whose service account is associated credentials of the role, for six hours", async () => {
  associate("guard", roleTrusting(["sts:AssumeRole", "sts:TagSession"]));
  const before = Date.now();
  const answer = await ask({ token: TOKEN });
  expect([answer.status, answer.type]).toEqual([200, "application/json"]);
  const given = JSON.parse(answer.body) as PodCredentials;
  expect(Object.keys(given)).toEqual(["AccessKeyId", "SecretAccessKey", "Token", "AccountId", "Expiration"]);
  expect(given.AccountId).toBe("000000000000");
  const lifetime = Date.parse(given.Expiration) - before;
  expect(lifetime).toBeGreaterThanOrEqual(6 * 3600_000);
  expect(lifetime).toBeLessThan(6 * 3600_000 + 60_000);
  expect(reviewed).toEqual([TOKEN]);
  const identity = identities.of(given.AccessKeyId, given.Token);
  if (typeof identity === "string") throw new Error(identity);
  expect(identity.secretAccessKey).toBe(given.SecretAccessKey);
  expect(identity.arn).toMatch(
    /^arn:aws:sts::000000000000:assumed-role\/guard-1\/eks-main-guard-6f9c7d-abcde-[0-9a-f-]{36}$/,
  );
  expect(identity.context("aws:principaltag/kubernetes-service-account")).toBe("guard");
  expect(identity.context("aws:principaltag/eks-cluster-name")).toBe("main");
});

it("puts no tags into a session where the association says so, and then needs no leave to", async () => {
  associate("guard", roleTrusting(["sts:AssumeRole"]), { disableSessionTags: true });
  const given = JSON.parse((await ask({ token: TOKEN })).body) as PodCredentials;
  const identity = identities.of(given.AccessKeyId, given.Token);
  if (typeof identity === "string") throw new Error(identity);
  expect(identity.context("aws:principaltag/kubernetes-namespace")).toBeNull();
});

it.each<readonly [string, Asked, ReturnType<typeof refused>]>([
  ["no token", {}, refused(400, "Service account token cannot be empty")],
  [
    "what is no token",
    { token: "abc" },
    refused(400, "Service account token cannot be parsed: it is no JWT"),
  ],
  [
    "a token of yesterday",
    { token: jwt({ exp: ahead - 86_400 }) },
    refused(
      400,
      "Service account token failed basic claim validations: token has invalid claims: token is expired",
    ),
  ],
  [
    "another address",
    { token: TOKEN, host: "metadata.internal:80" },
    refused(
      403,
      "Access Denied. Called agent through invalid address, please use either [169.254.170.23] address not metadata.internal",
    ),
  ],
  ["another path", { token: TOKEN, path: "/latest/meta-data" }, refused(404, "404 page not found")],
])("refuses %s, and asks nobody", async (_what, asked, expected) => {
  expect(await ask(asked)).toEqual(expected);
  expect(reviewed).toEqual([]);
});

it("refuses a token that the API server does not know for this audience", async () => {
  associate("guard", roleTrusting(["sts:AssumeRole", "sts:TagSession"]));
  review = async () => ({ problem: "the token is for another audience" });
  expect(await ask({ token: TOKEN })).toEqual(
    refused(
      400,
      "[id]: (InvalidTokenException): The service account token is not valid: the token is for another audience, fault: client",
    ),
  );
});

it("refuses a service account without association, though another has one", async () => {
  associate("other", roleTrusting(["sts:AssumeRole", "sts:TagSession"]));
  expect(await ask({ token: TOKEN })).toEqual(
    refused(
      404,
      "[id]: (ResourceNotFoundException): No pod identity association found for service account twinstack/guard, fault: client",
    ),
  );
});

it.each<readonly [string, readonly string[], JsonObject]>([
  ["assume it alone", ["sts:AssumeRole"], {}],
  ["another service", ["sts:AssumeRole", "sts:TagSession"], { Principal: { Service: "rds.amazonaws.com" } }],
  ["another namespace", ["sts:AssumeRole", "sts:TagSession"], { Condition: TAGS_OF("shop") }],
])("refuses where the role trusts to %s", async (_what, actions, more) => {
  associate("guard", roleTrusting(actions, more));
  expect(await ask({ token: TOKEN })).toEqual(
    refused(
      400,
      "[id]: (AccessDeniedException): Unauthorized Exception! EKS does not have permissions to assume the associated role., fault: client",
    ),
  );
});

it("reads the conditions of the role's trust", async () => {
  associate("guard", roleTrusting(["sts:AssumeRole", "sts:TagSession"], { Condition: TAGS_OF("twinstack") }));
  expect((await ask({ token: TOKEN })).status).toBe(200);
});

it("says that it cannot while there is no cluster", async () => {
  running = false;
  expect(await ask({ token: TOKEN })).toEqual(
    refused(503, "[id]: (ServiceUnavailableException): The cluster does not run, fault: server"),
  );
});

it("keeps what went wrong to itself, and no token in the log", async () => {
  const log = jest.spyOn(console, "error").mockReturnValue();
  review = async () => Promise.reject(new Error("connect ECONNREFUSED"));
  expect(await ask({ token: TOKEN })).toEqual(
    refused(500, "[id]: (InternalServerException): An internal error occurred, fault: server"),
  );
  expect(log).toHaveBeenCalledWith("eks-pod-identity-agent:", new Error("connect ECONNREFUSED"));
  expect(JSON.stringify(log.mock.calls)).not.toContain(TOKEN);
  log.mockRestore();
});
