import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { objects, text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { between, isArn, isJson, longest, matches } from "../rules.ts";
import { checkIdentityPolicy, checkTrustPolicy } from "./documents.ts";
import {
  iamArn,
  requirePolicy,
  requireRole,
  ROLE,
  ROLE_POLICY,
  ROLE_POLICY_ATTACHMENT,
  uniqueId,
} from "./references.ts";

const ROLE_DOC = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html";
const PUT_DOC = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html";
const ATTACH_DOC = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html";

/** The quota of an account that has asked for no more. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const POLICIES_PER_ROLE = 10;

function checkDocuments(inputs: JsonObject, account: Account): void {
  checkTrustPolicy(text(inputs, "assumeRolePolicy") ?? "");
  const boundary = text(inputs, "permissionsBoundary");
  if (boundary !== undefined) requirePolicy(account, boundary);
  for (const arn of texts(inputs, "managedPolicyArns")) requirePolicy(account, arn);
  for (const inline of objects(inputs, "inlinePolicies")) {
    const policy = text(inline, "policy");
    if (policy !== undefined) checkIdentityPolicy(policy);
  }
}

export const role: ResourceModel = {
  type: ROLE,
  documents: { assumeRolePolicy: "policy", "inlinePolicies.policy": "policy" },
  autoname: { property: "name", maxLength: 64 },
  rules: [
    matches("name", /^[\w+=,.@-]{1,64}$/, "1 to 64 letters, digits and +=,.@-_", ROLE_DOC),
    matches("path", /^(\/|\/[!-~]{1,510}\/)$/, "a path that begins and ends with /", ROLE_DOC),
    longest("description", 1000, ROLE_DOC),
    between("maxSessionDuration", 3600, 43200, ROLE_DOC),
    isJson("assumeRolePolicy", ROLE_DOC),
    isArn("permissionsBoundary", ROLE_DOC),
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.get(ROLE, name)) {
      throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`);
    }
    checkDocuments(inputs, account);
    return {
      id: name,
      outputs: {
        arn: iamArn(account, "role", text(inputs, "path"), name),
        createDate: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
        inlinePolicies: [...objects(inputs, "inlinePolicies")],
        managedPolicyArns: [...texts(inputs, "managedPolicyArns")],
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        uniqueId: uniqueId(account, "AROA"),
      },
    };
  },
  update(_current, inputs, account) {
    checkDocuments(inputs, account);
    return {};
  },
  canDelete(current, account) {
    if (current.outputs["forceDetachPolicies"] === true) return;
    const of = (type: string): boolean =>
      account.all(type).some((other) => other.outputs["role"] === current.id);
    if (of(ROLE_POLICY_ATTACHMENT)) {
      throw new AwsError("DeleteConflict", "Cannot delete entity, must detach all policies first.");
    }
    if (of(ROLE_POLICY))
      throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.");
  },
};

export const rolePolicy: ResourceModel = {
  type: ROLE_POLICY,
  documents: { policy: "policy" },
  autoname: { property: "name", maxLength: 255 },
  rules: [
    matches("name", /^[\w+=,.@-]{1,128}$/, "1 to 128 letters, digits and +=,.@-_", PUT_DOC),
    isJson("policy", PUT_DOC),
  ],
  create(inputs, account) {
    const roleName = text(inputs, "role") ?? "";
    requireRole(account, roleName);
    checkIdentityPolicy(text(inputs, "policy") ?? "");
    const name = generatedName(inputs);
    return {
      id: `${roleName}:${name}`,
      outputs: { name, namePrefix: text(inputs, "namePrefix") ?? "" },
    };
  },
  update(_current, inputs) {
    checkIdentityPolicy(text(inputs, "policy") ?? "");
    return {};
  },
};

export const rolePolicyAttachment: ResourceModel = {
  type: ROLE_POLICY_ATTACHMENT,
  // A leaf that equals itself: created first and deleted after, the new one would be gone.
  deleteBeforeReplace: true,
  rules: [isArn("policyArn", ATTACH_DOC)],
  create(inputs, account) {
    const roleName = text(inputs, "role") ?? "";
    const policyArn = text(inputs, "policyArn") ?? "";
    requireRole(account, roleName);
    requirePolicy(account, policyArn);
    const attached = account
      .all(ROLE_POLICY_ATTACHMENT)
      .filter((other) => other.outputs["role"] === roleName);
    if (attached.length >= POLICIES_PER_ROLE) {
      throw new AwsError("LimitExceeded", `Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`);
    }
    return { id: `${roleName}/${policyArn}`, outputs: {} };
  },
};
