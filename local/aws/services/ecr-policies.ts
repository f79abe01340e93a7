import type { Json, JsonObject } from "../../region/protocol.ts";
import { AwsError } from "../model.ts";
import { isObject, number, object, objects, text } from "./fields.ts";
import { checkResourcePolicy } from "./iam/documents.ts";

function invalid(reason: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: ${reason}'`,
  );
}

function checkSelection(selection: JsonObject | undefined): void {
  const status = text(selection ?? {}, "tagStatus");
  if (!selection || !status || !["tagged", "untagged", "any"].includes(status)) {
    throw invalid("selection.tagStatus must be tagged, untagged or any");
  }
  const names = selection["tagPrefixList"] ?? selection["tagPatternList"];
  if (status === "tagged" && names === undefined)
    throw invalid("tagged rules need tagPrefixList or tagPatternList");
  const countType = text(selection, "countType");
  if (countType !== "imageCountMoreThan" && countType !== "sinceImagePushed") {
    throw invalid("selection.countType must be imageCountMoreThan or sinceImagePushed");
  }
  if (countType === "sinceImagePushed" && text(selection, "countUnit") !== "days") {
    throw invalid("selection.countUnit must be days with sinceImagePushed");
  }
  if ((number(selection, "countNumber") ?? 0) < 1)
    throw invalid("selection.countNumber must be greater than 0");
}

/** Refuses what ECR refuses. https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
export function parseLifecyclePolicy(policy: string): readonly JsonObject[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw invalid("the text is no JSON");
  }
  const rules = isObject(document as Json) ? objects(document as JsonObject, "rules") : [];
  if (rules.length === 0) throw invalid("rules must hold at least one rule");
  const priorities = rules.map((rule) => number(rule, "rulePriority"));
  if (priorities.some((priority) => priority === undefined || priority < 1)) {
    throw invalid("rulePriority must be a number greater than 0");
  }
  if (new Set(priorities).size < priorities.length) throw invalid("rulePriority must be unique");
  for (const rule of rules) {
    checkSelection(object(rule, "selection"));
    const action = text(object(rule, "action") ?? {}, "type");
    if (action !== "expire") throw invalid("action.type must be expire");
  }
  return rules;
}

/** A repository's policy names no resource: the repository is the resource. */
export function checkResourcePolicyOfRepository(policy: string): void {
  for (const statement of checkResourcePolicy(policy)) {
    if (statement["Resource"] === undefined) continue;
    throw new AwsError(
      "InvalidParameterException",
      "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    );
  }
}
