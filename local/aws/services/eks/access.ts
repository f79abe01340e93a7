import { randomUUID } from "node:crypto";

import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, text, texts } from "../fields.ts";
import { isArn, oneOf } from "../rules.ts";
import { ACCESS_ASSOCIATION, ACCESS_ENTRY, now, requireCluster } from "./references.ts";

const ENTRY_DOC = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html";
const ASSOCIATE_DOC = "https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html";
const POLICIES_DOC = "https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html";

const POLICIES = [
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSAutoNodePolicy",
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSSecretReaderPolicy",
  "AmazonEKSViewPolicy",
];

/** Access entries need a cluster that reads them. */
function requireApiMode(account: Account, name: string): StoredResource {
  const cluster = requireCluster(account, name);
  const mode = text(object(cluster.outputs, "accessConfig") ?? {}, "authenticationMode");
  if (mode === "CONFIG_MAP") {
    throw new AwsError(
      "InvalidRequestException",
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
    );
  }
  return cluster;
}

const groups: Rule = {
  source: ENTRY_DOC,
  check(inputs) {
    const list: readonly unknown[] = Array.isArray(inputs["kubernetesGroups"])
      ? inputs["kubernetesGroups"]
      : [];
    const type = inputs["type"];
    if (list.length > 0 && typeof type === "string" && type !== "STANDARD") {
      return [
        { property: "kubernetesGroups", reason: `is only for entries of type STANDARD, got type "${type}"` },
      ];
    }
    return list.flatMap((group, index) =>
      typeof group === "string" && /^(system:|eks:|aws:|amazon:|iam:)/.test(group)
        ? [
            {
              property: `kubernetesGroups[${index}]`,
              reason: `must not begin with system:, eks:, aws:, amazon: or iam:, got "${group}"`,
            },
          ]
        : [],
    );
  },
};

export const accessEntry: ResourceModel = {
  type: ACCESS_ENTRY,
  defaults: { type: "STANDARD" },
  rules: [
    isArn("principalArn", ENTRY_DOC),
    oneOf(
      "type",
      ["STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX"],
      ENTRY_DOC,
    ),
    groups,
  ],
  create(inputs, account) {
    const clusterName = text(inputs, "clusterName") ?? "";
    const principal = text(inputs, "principalArn") ?? "";
    requireApiMode(account, clusterName);
    const id = `${clusterName}:${principal}`;
    if (account.get(ACCESS_ENTRY, id)) {
      throw new AwsError(
        "ResourceInUseException",
        "The specified access entry resource is already in use on this cluster.",
      );
    }
    // role/<account>/<name>/<uuid>, as EKS writes it.
    const [, kind = "role", name = ""] =
      /^arn:[^:]+:iam::[^:]*:(\w+)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? [];
    const time = now();
    return {
      id,
      outputs: {
        accessEntryArn: account.arn(
          "eks",
          `access-entry/${clusterName}/${kind}/${account.id}/${name}/${randomUUID()}`,
          text(inputs, "region"),
        ),
        createdAt: time,
        kubernetesGroups: [...texts(inputs, "kubernetesGroups")],
        modifiedAt: time,
        userName: text(inputs, "userName") ?? principal,
      },
    };
  },
  update: (_current, inputs) => ({
    kubernetesGroups: [...texts(inputs, "kubernetesGroups")],
    modifiedAt: now(),
  }),
};

const scope: Rule = {
  source: ASSOCIATE_DOC,
  check(inputs) {
    const value = inputs["accessScope"];
    if (typeof value !== "object" || value === null) return [];
    const { type, namespaces } = value as { type?: unknown; namespaces?: unknown };
    const given = Array.isArray(namespaces) && namespaces.length > 0;
    if (type === "namespace" && !given && namespaces === undefined) {
      return [
        { property: "accessScope.namespaces", reason: 'is required when accessScope.type is "namespace"' },
      ];
    }
    if (type === "cluster" && given) {
      return [
        { property: "accessScope.namespaces", reason: 'must be left out when accessScope.type is "cluster"' },
      ];
    }
    return [];
  },
};

const knownPolicy: Rule = {
  source: POLICIES_DOC,
  check(inputs) {
    const arn = inputs["policyArn"];
    if (typeof arn !== "string") return [];
    const name = /^arn:aws:eks::aws:cluster-access-policy\/(\w+)$/.exec(arn)?.[1];
    if (name !== undefined && POLICIES.includes(name)) return [];
    const reason = `must be arn:aws:eks::aws:cluster-access-policy/ and one of ${POLICIES.join(", ")}, got "${arn}"`;
    return [{ property: "policyArn", reason }];
  },
};

function requireEntry(inputs: JsonObject, account: Account): void {
  const clusterName = text(inputs, "clusterName") ?? "";
  const principal = text(inputs, "principalArn") ?? "";
  requireApiMode(account, clusterName);
  if (account.get(ACCESS_ENTRY, `${clusterName}:${principal}`)) return;
  throw new AwsError(
    "ResourceNotFoundException",
    `The specified principalArn could not be found. You can view your available access entries with 'list-access-entries': ${principal}`,
  );
}

export const accessPolicyAssociation: ResourceModel = {
  type: ACCESS_ASSOCIATION,
  sets: ["accessScope.namespaces"],
  rules: [oneOf("accessScope.type", ["cluster", "namespace"], ASSOCIATE_DOC), scope, knownPolicy],
  create(inputs, account) {
    requireEntry(inputs, account);
    const parts = ["clusterName", "principalArn", "policyArn"].map((key) => text(inputs, key) ?? "");
    const time = now();
    return { id: parts.join("#"), outputs: { associatedAt: time, modifiedAt: time } };
  },
};
