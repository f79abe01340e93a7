import { randomUUID } from "node:crypto";

import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import { POD_IDENTITY } from "../../aws/services/eks/references.ts";
import { flag, text } from "../../aws/services/fields.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import { decide } from "../../aws/services/iam/policy-decision.ts";
import type { Unjudged } from "../../aws/services/iam/policy-decision.ts";
import { roleByArn } from "../../aws/services/iam/references.ts";
import { statementsOf } from "../../aws/services/iam/statements.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { KnownIdentities } from "../identity/identities.ts";
import type { PodToken, ReviewToken } from "./token-review.ts";

const SERVICE = "pods.eks.amazonaws.com";
const LIFETIME_MS = 6 * 3600 * 1000;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, RoleSessionName. */
const LONGEST_SESSION_NAME = 64;

export interface EksAuth {
  readonly account: Account;
  readonly identities: Pick<KnownIdentities, "assume" | "unjudged">;
  /** The cluster whose pods ask. */
  readonly cluster: StoredResource;
  readonly review: ReviewToken;
}

export interface PodCredentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly AccountId: string;
  /** RFC 3339. */
  readonly Expiration: string;
}

/**
 * EKS Auth's AssumeRoleForPodIdentity: the role that is associated with the service account of the token's pod. Throws EKS
 * Auth's errors. https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html
 */
export async function assumeRoleForPodIdentity(
  { account, identities, cluster, review }: EksAuth,
  token: string,
  now = Date.now(),
): Promise<PodCredentials> {
  const pod = await review(token);
  if ("problem" in pod) {
    const code = pod.problem.includes("expired") ? "ExpiredTokenException" : "InvalidTokenException";
    throw new AwsError(code, `The service account token is not valid: ${pod.problem}`);
  }
  const association = account
    .all(POD_IDENTITY)
    .find(
      ({ inputs }) =>
        inputs["clusterName"] === cluster.id &&
        inputs["namespace"] === pod.namespace &&
        inputs["serviceAccount"] === pod.serviceAccount,
    );
  if (association === undefined) {
    throw new AwsError(
      "ResourceNotFoundException",
      `No pod identity association found for service account ${pod.namespace}/${pod.serviceAccount}`,
    );
  }
  const tags = flag(association.inputs, "disableSessionTags") === true ? {} : sessionTags(cluster, pod);
  const role = roleByArn(account, text(association.inputs, "roleArn") ?? "");
  if (role === undefined || !trusts(account, role, cluster, tags, identities.unjudged)) {
    throw new AwsError(
      "AccessDeniedException",
      "Unauthorized Exception! EKS does not have permissions to assume the associated role.",
    );
  }
  const expires = now + LIFETIME_MS;
  const made = identities.assume(role, { sessionName: sessionName(cluster.id, pod.podName), tags, expires });
  return {
    AccessKeyId: made.accessKeyId,
    SecretAccessKey: made.secretAccessKey,
    Token: made.sessionToken,
    AccountId: account.id,
    Expiration: new Date(expires).toISOString(),
  };
}

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
function sessionTags(cluster: StoredResource, pod: PodToken): Readonly<Record<string, string>> {
  return {
    "eks-cluster-arn": text(cluster.outputs, "arn") ?? "",
    "eks-cluster-name": cluster.id,
    "kubernetes-namespace": pod.namespace,
    "kubernetes-service-account": pod.serviceAccount,
    "kubernetes-pod-name": pod.podName,
    "kubernetes-pod-uid": pod.podUid,
  };
}

/** To assume and, where there are tags, to tag. https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
function trusts(
  account: Account,
  role: StoredResource,
  cluster: StoredResource,
  tags: Readonly<Record<string, string>>,
  unjudged: Unjudged,
): boolean {
  const trust = statementsOf(text(role.inputs, "assumeRolePolicy") ?? "{}");
  const requested = Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key}`, value] as const);
  const context = contextOf(
    {
      "aws:sourceaccount": account.id,
      "aws:sourcearn": text(cluster.outputs, "arn") ?? "",
      ...Object.fromEntries(requested),
    },
    (key) => key.startsWith("aws:requesttag/"),
  );
  const actions = ["sts:AssumeRole", ...(requested.length > 0 ? ["sts:TagSession"] : [])];
  const resource = text(role.outputs, "arn") ?? "";
  const principals = [`Service:${SERVICE}`];
  const told: Unjudged = (what) => unjudged(`trust of ${role.id}: ${what}`);
  return actions.every(
    (action) => decide(trust, { principals, action, resource, context }, told) === "allow",
  );
}

/** `eks-<cluster>-<pod>-<uuid>`, the first two cut to what IAM takes. */
function sessionName(cluster: string, pod: string): string {
  const unique = randomUUID();
  const named = `eks-${cluster.slice(0, 8)}-${pod}`.slice(0, LONGEST_SESSION_NAME - unique.length - 1);
  return `${named}-${unique}`;
}
