import type { Account } from "../../aws/model.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import type { Context } from "../../aws/services/iam/conditions.ts";
import type { Unjudged } from "../../aws/services/iam/policy-decision.ts";
import { ROLE } from "../../aws/services/iam/references.ts";
import { roleDecision } from "../../aws/services/iam/role-policies.ts";
import { text } from "../../aws/services/fields.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import type { Identities } from "../sigv4/authenticate.ts";
import { administrator } from "./administrator.ts";
import type { Administrator } from "./administrator.ts";
import type { Identity } from "./identity.ts";
import { TemporaryCredentialsIssuer } from "./temporary-credentials.ts";
import type { OpenedToken, RoleSession, TemporaryCredentials } from "./temporary-credentials.ts";

export interface IdentitiesOptions {
  readonly machine: Pick<Machine, "dataDir">;
  readonly account: Account;
  readonly log: (message: string) => void;
  /** Default: the clock. */
  readonly now?: () => number;
}

/** Everybody whom the region knows by an access key. */
export interface KnownIdentities {
  readonly administrator: Administrator;
  readonly of: Identities;
  /** Told what of a policy could not be judged; says each thing once in the log. */
  readonly unjudged: Unjudged;
  /** Credentials of a role's session; who may have them is the caller's to decide. */
  assume(role: StoredResource, session: Pick<RoleSession, "sessionName" | "tags" | "expires">): Assumed;
}

export interface Assumed extends TemporaryCredentials {
  /** Of the session. */
  readonly arn: string;
}

/** The administrator and, by their temporary credentials, the sessions of roles in the record. */
export function createIdentities(options: IdentitiesOptions): KnownIdentities {
  const { machine, account, now = Date.now } = options;
  const unjudged = onceEach((what) => options.log(`policies: ${what}`));
  const root = administrator(machine, account, unjudged);
  const issuer = new TemporaryCredentialsIssuer(machine);
  return {
    administrator: root,
    unjudged,
    of(accessKeyId, sessionToken) {
      if (accessKeyId === root.accessKeyId) return sessionToken === undefined ? root : "unknown token";
      if (sessionToken === undefined) return "unknown key";
      const opened = issuer.open(accessKeyId, sessionToken);
      if (opened === undefined) return "unknown token";
      if (opened.session.expires <= now()) return "expired token";
      const role = account.get(ROLE, opened.session.roleName);
      // Of a role that is gone nothing stays good.
      if (role === undefined || roleIdOf(role) !== opened.session.roleId) return "unknown token";
      return sessionIdentity(account, role, opened, unjudged);
    },
    assume(role, { sessionName, tags, expires }) {
      const session = { roleId: roleIdOf(role), roleName: role.id, sessionName, tags, expires };
      return { ...issuer.issue(session), arn: sessionArn(account, role, sessionName) };
    },
  };
}

function sessionIdentity(
  account: Account,
  role: StoredResource,
  { session, secretAccessKey }: OpenedToken,
  unjudged: Unjudged,
): Identity {
  const arn = sessionArn(account, role, session.sessionName);
  const roleArn = text(role.outputs, "arn") ?? "";
  return {
    secretAccessKey,
    arn,
    principals: [`AWS:${arn}`, `AWS:${roleArn}`],
    context: sessionContext(account, role, session),
    decide: (right, context) => roleDecision(account, role, { ...right, principals: [], context }, unjudged),
    unjudged,
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: the role's tags, and over them the session's. */
function sessionContext(account: Account, role: StoredResource, session: RoleSession): Context {
  const roleTags = Object.entries((role.inputs["tags"] ?? {}) as Readonly<Record<string, string>>);
  const tags = [...roleTags, ...Object.entries(session.tags)].map(
    ([key, value]) => [`aws:principaltag/${key.toLowerCase()}`, value] as const,
  );
  return contextOf(
    {
      "aws:principalaccount": account.id,
      "aws:principalarn": text(role.outputs, "arn") ?? "",
      "aws:principaltype": "AssumedRole",
      "aws:userid": `${session.roleId}:${session.sessionName}`,
      ...Object.fromEntries(tags),
    },
    (key) => key.startsWith("aws:principaltag/"),
  );
}

function sessionArn(account: Account, role: StoredResource, sessionName: string): string {
  return account.arn("sts", `assumed-role/${role.id}/${sessionName}`, "");
}

function roleIdOf(role: StoredResource): string {
  return text(role.outputs, "uniqueId") ?? "";
}

/** Every request would say the same of a policy that cannot be judged. */
function onceEach(tell: Unjudged): Unjudged {
  const told = new Set<string>();
  return (what) => {
    if (told.has(what)) return;
    told.add(what);
    tell(what);
  };
}
