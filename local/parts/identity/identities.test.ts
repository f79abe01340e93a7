import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { contextOf } from "../../aws/services/iam/conditions.ts";
import { text } from "../../aws/services/fields.ts";
import { ROLE, ROLE_POLICY } from "../../aws/services/iam/references.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { createIdentities } from "./identities.ts";
import type { Assumed, KnownIdentities } from "./identities.ts";
import type { Identity } from "./identity.ts";

const TRUST = JSON.stringify({
  Statement: [
    { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});
const START = Date.UTC(2026, 10, 21);
const HOUR = 3600_000;

let folder: string;
let account: MemoryAccount;
let role: StoredResource;
let now: number;
let logged: string[];
let known: KnownIdentities;

/** As after each start of the region. */
function start(): KnownIdentities {
  const dataDir = (part: string): string => {
    mkdirSync(join(folder, part), { recursive: true });
    return join(folder, part);
  };
  return createIdentities({
    machine: { dataDir },
    account,
    log: (message) => void logged.push(message),
    now: () => now,
  });
}
function assume(tags: Readonly<Record<string, string>> = {}): Assumed {
  return known.assume(role, { sessionName: "eks-main-api-1", tags, expires: now + 6 * HOUR });
}
function who({ accessKeyId, sessionToken }: Assumed, from = known): Identity {
  const found = from.of(accessKeyId, sessionToken);
  if (typeof found === "string") throw new Error(found);
  return found;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "identities-"));
  account = new MemoryAccount();
  role = account.make(ROLE, { name: "guard", assumeRolePolicy: TRUST, tags: { team: "edge" } });
  now = START;
  logged = [];
  known = start();
});
afterEach(() => rmSync(folder, { recursive: true }));

it("gives a role's session keys of AWS's form, other ones each time", () => {
  const made = assume();
  expect(made.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  expect(made.secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
  expect(made.arn).toBe("arn:aws:sts::000000000000:assumed-role/guard/eks-main-api-1");
  const again = assume();
  expect(again.accessKeyId).not.toBe(made.accessKeyId);
  expect(again.secretAccessKey).not.toBe(made.secretAccessKey);
});

it("knows them again, also after a restart, and by both names", () => {
  const made = assume();
  for (const identity of [who(made), who(made, start())]) {
    expect(identity.secretAccessKey).toBe(made.secretAccessKey);
    expect(identity.arn).toBe(made.arn);
    expect(identity.principals).toEqual([
      "AWS:arn:aws:sts::000000000000:assumed-role/guard/eks-main-api-1",
      "AWS:arn:aws:iam::000000000000:role/guard",
    ]);
  }
});

it("keeps its key to itself: no secret is in a file but the two that are its owner's", () => {
  const made = assume();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual(["credentials", "session-key"]);
  for (const { parentPath, name } of files) {
    expect(statSync(join(parentPath, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(parentPath, name), "utf8")).not.toContain(made.secretAccessKey);
  }
  expect(Buffer.from(made.sessionToken, "base64").toString("latin1")).not.toContain("guard");
  expect(logged).toEqual([]);
});

it("takes nothing that does not go together", () => {
  const [one, other] = [assume(), assume()];
  const changed = Buffer.from(one.sessionToken, "base64");
  changed[40] = (changed[40] ?? 0) ^ 1;
  expect(known.of(one.accessKeyId, undefined)).toBe("unknown key");
  expect(known.of(one.accessKeyId, other.sessionToken)).toBe("unknown token");
  expect(known.of(one.accessKeyId, changed.toString("base64"))).toBe("unknown token");
  expect(known.of(one.accessKeyId, "short")).toBe("unknown token");
  expect(known.of(known.administrator.accessKeyId, one.sessionToken)).toBe("unknown token");
  expect(known.of(known.administrator.accessKeyId, undefined)).toBe(known.administrator);
});

it("lets them end with their time, and with their role", () => {
  const made = assume();
  now = START + 6 * HOUR - 1;
  expect(who(made).arn).toBe(made.arn);
  now += 1;
  expect(known.of(made.accessKeyId, made.sessionToken)).toBe("expired token");
  now = START;
  account.remove(role);
  expect(known.of(made.accessKeyId, made.sessionToken)).toBe("unknown token");
  account.make(ROLE, { name: "guard", assumeRolePolicy: TRUST });
  expect(known.of(made.accessKeyId, made.sessionToken)).toBe("unknown token");
});

it("decides by the role's policies as they are now, and tells once what it cannot judge", () => {
  const identity = who(assume());
  const right = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };
  const decide = (): string => identity.decide(right, contextOf({}));
  expect(decide()).toBe("none");
  const statement = { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/*" };
  account.make(ROLE_POLICY, { role: "guard", name: "own", policy: JSON.stringify({ Statement: statement }) });
  expect(decide()).toBe("allow");
  const doubtful = {
    ...statement,
    Effect: "Deny",
    Condition: { DateGreaterThan: { "aws:CurrentTime": "x" } },
  };
  account.make(ROLE_POLICY, { role: "guard", name: "no", policy: JSON.stringify({ Statement: doubtful }) });
  expect([decide(), decide()]).toEqual(["deny", "deny"]);
  expect(logged).toEqual([
    "policies: guard: a Deny is taken to apply, because the stand-in cannot judge it: s3:Get* (DateGreaterThan aws:currenttime)",
  ]);
});

it("carries the role's tags, and over them the session's", () => {
  const { context } = who(assume({ team: "pods", "kubernetes-namespace": "twinstack" }));
  expect(
    [
      "aws:principaltag/team",
      "aws:principaltag/kubernetes-namespace",
      "aws:principaltag/none",
      "aws:principalarn",
      "aws:userid",
      "aws:sourceip",
    ].map(context),
  ).toEqual([
    "pods",
    "twinstack",
    null,
    "arn:aws:iam::000000000000:role/guard",
    `${text(role.outputs, "uniqueId") ?? ""}:eks-main-api-1`,
    undefined,
  ]);
});
