import type { Json } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { checkResourcePolicy } from "../iam/documents.ts";
import { invalidParameter } from "./references.ts";

/** Actions of a topic's policy: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html */
const ACTIONS = [
  "addpermission",
  "deletetopic",
  "getdataprotectionpolicy",
  "gettopicattributes",
  "listsubscriptionsbytopic",
  "publish",
  "putdataprotectionpolicy",
  "receive",
  "removepermission",
  "settopicattributes",
  "subscribe",
];

function texts(value: Json | undefined): readonly string[] {
  const all = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return all.filter((item): item is string => typeof item === "string");
}

/** A statement is about this topic, and about what SNS can do with it. */
export function checkTopicPolicy(policy: string, topicArn: string): void {
  for (const statement of checkResourcePolicy(policy)) {
    for (const action of texts(statement["Action"])) {
      const [service, name = ""] = action.toLowerCase().split(":");
      if (service === "sns" && (ACTIONS.includes(name) || name === "*")) continue;
      throw invalidParameter("Policy statement action out of service scope!");
    }
    if (texts(statement["Resource"]).some((resource) => resource === topicArn || resource === "*")) continue;
    throw invalidParameter("Policy Reason: Resource does not match the topic");
  }
}

/** What a topic has as long as nobody says otherwise: its owner alone. */
export function ownersPolicy(topicArn: string, account: Account): string {
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": account.id } },
      },
    ],
  });
}
