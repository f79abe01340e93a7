import type { Failure, Value, Values } from "../provider/provider.ts";
import { UNKNOWN } from "../provider/provider.ts";
import { nearestName } from "./nearest.ts";
import { isValues } from "./tags.ts";

/** The one account there is here. No real account has this number. */
export const ACCOUNT = "000000000000";

export interface AwsConfig {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
}

// The engine's own keys, and switches that turn off what the stand-in never does.
const IGNORED = [
  "version",
  "pluginDownloadURL",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
];
const MODELLED = ["allowedAccountIds", "defaultTags", "region"];

/** The engine hands lists, objects and numbers over as JSON text. */
function decoded(value: Value | undefined): Value | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Value;
  } catch {
    return value;
  }
}

function checkAccount(value: Value | undefined): Failure[] {
  if (value === UNKNOWN) return [];
  const list = Array.isArray(value) ? (value as readonly Value[]) : undefined;
  if (list?.length === 1 && list[0] === ACCOUNT) return [];
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  return [
    {
      property: "allowedAccountIds",
      reason:
        `aws:allowedAccountIds is ${got}: this is the stand-in for AWS on this machine, which answers to ` +
        `account ${ACCOUNT} alone. Write aws:allowedAccountIds: ["${ACCOUNT}"] for a local stack; for a real ` +
        `account run Pulumi without the stand-in plugins on PATH`,
    },
  ];
}

function checkRegion(value: Value | undefined): Failure[] {
  if (value === UNKNOWN) return [];
  if (typeof value === "string" && /^[a-z]{2}(-[a-z]+)+-\d$/.test(value)) return [];
  const got = value === undefined ? "nothing" : JSON.stringify(value);
  return [
    {
      property: "region",
      reason: `aws:region is ${got}; write a region such as eu-central-1, there or in AWS_REGION`,
    },
  ];
}

function checkDefaultTags(value: Value | undefined): Failure[] {
  if (value === undefined || value === UNKNOWN) return [];
  const tags = isValues(value) ? (value["tags"] ?? {}) : undefined;
  const fine =
    isValues(value) &&
    Object.keys(value).every((key) => key === "tags") &&
    (tags === UNKNOWN ||
      (isValues(tags) && Object.values(tags).every((tag) => typeof tag === "string" || tag === UNKNOWN)));
  if (fine) return [];
  return [
    {
      property: "defaultTags",
      reason: 'aws:defaultTags must look like {"tags": {"name": "value"}}, values strings',
    },
  ];
}

function resolved(config: Values, env: NodeJS.ProcessEnv): { readonly [key: string]: Value | undefined } {
  return {
    allowedAccountIds: decoded(config["allowedAccountIds"]),
    defaultTags: decoded(config["defaultTags"]),
    region: config["region"] ?? env["AWS_REGION"] ?? env["AWS_DEFAULT_REGION"],
  };
}

/** Bad provider configuration, each with its key, its value and what to write instead. */
export function checkAwsConfig(config: Values, env: NodeJS.ProcessEnv): Failure[] {
  const failures: Failure[] = [];
  for (const [key, value] of Object.entries(config)) {
    if (value === null || MODELLED.includes(key) || IGNORED.includes(key)) continue;
    const nearest = nearestName(key, MODELLED) ?? "region";
    failures.push({
      property: key,
      reason: `aws:${key} is not known to the stand-in for AWS; nearest is aws:${nearest}. Remove it from a local stack`,
    });
  }
  const values = resolved(config, env);
  return [
    ...failures,
    ...checkAccount(values["allowedAccountIds"] ?? undefined),
    ...checkRegion(values["region"] ?? undefined),
    ...checkDefaultTags(values["defaultTags"] ?? undefined),
  ];
}

/** The configuration, once `checkAwsConfig` found nothing wrong with it. */
export function parseAwsConfig(config: Values, env: NodeJS.ProcessEnv): AwsConfig {
  const { region, defaultTags } = resolved(config, env);
  const tags = isValues(defaultTags) ? defaultTags["tags"] : undefined;
  return {
    region: typeof region === "string" ? region : "",
    defaultTags: isValues(tags) ? (tags as Readonly<Record<string, string>>) : {},
  };
}
