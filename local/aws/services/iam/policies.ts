import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { isJson, longest, matches } from "../rules.ts";
import { checkIdentityPolicy } from "./documents.ts";
import { iamArn, POLICY, ROLE_POLICY_ATTACHMENT, uniqueId } from "./references.ts";

const POLICY_DOC = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html";

export const policy: ResourceModel = {
  type: POLICY,
  documents: { policy: "policy" },
  autoname: { property: "name", maxLength: 255 },
  rules: [
    matches("name", /^[\w+=,.@-]{1,128}$/, "1 to 128 letters, digits and +=,.@-_", POLICY_DOC),
    matches("path", /^(\/|\/[!-~]{1,510}\/)$/, "a path that begins and ends with /", POLICY_DOC),
    longest("description", 1000, POLICY_DOC),
    isJson("policy", POLICY_DOC),
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    const arn = iamArn(account, "policy", text(inputs, "path"), name);
    if (account.all(POLICY).some((other) => other.outputs["name"] === name)) {
      throw new AwsError(
        "EntityAlreadyExists",
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      );
    }
    checkIdentityPolicy(text(inputs, "policy") ?? "");
    return {
      id: arn,
      outputs: {
        arn,
        attachmentCount: 0,
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        policyId: uniqueId(account, "ANPA"),
      },
    };
  },
  update(_current, inputs) {
    checkIdentityPolicy(text(inputs, "policy") ?? "");
    return {};
  },
  canDelete(current, account) {
    if (account.all(ROLE_POLICY_ATTACHMENT).some((other) => other.outputs["policyArn"] === current.id)) {
      throw new AwsError("DeleteConflict", "Cannot delete a policy attached to entities.");
    }
  },
};
