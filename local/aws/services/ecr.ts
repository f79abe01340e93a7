import { randomBytes } from "node:crypto";

import type { Json, JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Account, FunctionModel, ResourceModel, Rule, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { isObject, objects, text } from "./fields.ts";
import { checkResourcePolicyOfRepository, parseLifecyclePolicy } from "./ecr-policies.ts";
import { isJson, matches, oneOf } from "./rules.ts";

const REPOSITORY = "aws:ecr/repository:Repository";
const LIFECYCLE_POLICY = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
const REPOSITORY_POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

const CREATE_DOC = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html";
const LIFECYCLE_DOC = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html";
const POLICY_DOC = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html";

const NAME = /^(?=.{2,256}$)[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/;

function requireRepository(account: Account, name: string): StoredResource {
  const repository = account.get(REPOSITORY, name);
  if (repository) return repository;
  throw new AwsError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist in the registry with id '${account.id}'`,
  );
}

function registryHost(account: Account, region: string): string {
  return `${account.id}.dkr.ecr.${region}.amazonaws.com`;
}

const encryption: Rule = {
  source: CREATE_DOC,
  check(inputs) {
    const list: readonly unknown[] = Array.isArray(inputs["encryptionConfigurations"])
      ? (inputs["encryptionConfigurations"] as readonly unknown[])
      : [];
    return list.flatMap((item, index) => {
      const type = isObject(item as Json) ? (item as JsonObject)["encryptionType"] : undefined;
      if (typeof type !== "string" || ["AES256", "KMS", "KMS_DSSE"].includes(type)) return [];
      const property = `encryptionConfigurations[${index}].encryptionType`;
      return [{ property, reason: `must be one of AES256, KMS, KMS_DSSE, got "${type}"` }];
    });
  },
};

const repository: ResourceModel = {
  type: REPOSITORY,
  autoname: { property: "name", maxLength: 255 },
  defaults: { imageTagMutability: "MUTABLE" },
  rules: [
    matches("name", NAME, "2 to 256 lower-case letters, digits and ._-/", CREATE_DOC),
    oneOf(
      "imageTagMutability",
      ["MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION"],
      CREATE_DOC,
    ),
    encryption,
  ],
  create(inputs, account) {
    const name = text(inputs, "name") ?? "";
    if (account.get(REPOSITORY, name)) {
      throw new AwsError(
        "RepositoryAlreadyExistsException",
        `The repository with name '${name}' already exists in the registry with id '${account.id}'`,
      );
    }
    const region = text(inputs, "region") ?? account.region;
    const encryptions = objects(inputs, "encryptionConfigurations");
    return {
      id: name,
      outputs: {
        arn: account.arn("ecr", `repository/${name}`, region),
        encryptionConfigurations:
          encryptions.length > 0 ? [...encryptions] : [{ encryptionType: "AES256", kmsKey: "" }],
        registryId: account.id,
        repositoryUrl: `${registryHost(account, region)}/${name}`,
      },
    };
  },
};

const lifecyclePolicy: ResourceModel = {
  type: LIFECYCLE_POLICY,
  documents: { policy: "ecr-lifecycle" },
  // One a repository: the provider deletes the old one first.
  deleteBeforeReplace: true,
  rules: [isJson("policy", LIFECYCLE_DOC)],
  create(inputs, account) {
    const name = text(inputs, "repository") ?? "";
    requireRepository(account, name);
    parseLifecyclePolicy(text(inputs, "policy") ?? "");
    return { id: name, outputs: { registryId: account.id } };
  },
};

const repositoryPolicy: ResourceModel = {
  type: REPOSITORY_POLICY,
  documents: { policy: "policy" },
  rules: [isJson("policy", POLICY_DOC)],
  create(inputs, account) {
    const name = text(inputs, "repository") ?? "";
    requireRepository(account, name);
    checkResourcePolicyOfRepository(text(inputs, "policy") ?? "");
    return { id: name, outputs: { registryId: account.id } };
  },
  update(_current, inputs) {
    checkResourcePolicyOfRepository(text(inputs, "policy") ?? "");
    return {};
  },
};

/** A password as long-lived as AWS's: 12 hours. The local registry is loopback's and asks for none. */
const getAuthorizationToken: FunctionModel = {
  token: "aws:ecr/getAuthorizationToken:getAuthorizationToken",
  secrets: ["authorizationToken", "password"],
  invoke(args, account) {
    const region = text(args, "region") ?? account.region;
    const password = randomBytes(24).toString("base64url");
    // Where a part runs the registry, its repositories carry the address.
    const url = text(account.all(REPOSITORY)[0]?.outputs ?? {}, "repositoryUrl");
    const host = url?.split("/")[0] ?? registryHost(account, region);
    const scheme = host.endsWith(".amazonaws.com") ? "https" : "http";
    return {
      ...args,
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      expiresAt: new Date(Date.now() + 12 * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z"),
      id: region,
      password,
      proxyEndpoint: `${scheme}://${host}`,
      region,
      userName: "AWS",
    };
  },
};

export const service: ServiceModel = {
  resources: [repository, lifecyclePolicy, repositoryPolicy],
  functions: [getAuthorizationToken],
};
