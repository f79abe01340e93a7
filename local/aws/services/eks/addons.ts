import { randomUUID } from "node:crypto";

import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, text } from "../fields.ts";
import { isArn, isJson, matches, oneOf } from "../rules.ts";
import { ADDON, checkRole, now, POD_IDENTITY, requireCluster } from "./references.ts";

const ADDON_DOC = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html";
const IDENTITY_DOC =
  "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html";

/** Add-ons the stand-in knows, with a version of November 2026 each. https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html */
const ADDONS: ReadonlyMap<string, string> = new Map([
  ["aws-ebs-csi-driver", "v1.44.0-eksbuild.1"],
  ["coredns", "v1.13.1-eksbuild.1"],
  ["eks-node-monitoring-agent", "v1.4.0-eksbuild.2"],
  ["eks-pod-identity-agent", "v1.3.10-eksbuild.1"],
  ["kube-proxy", "v1.34.0-eksbuild.2"],
  ["metrics-server", "v0.8.0-eksbuild.2"],
  ["vpc-cni", "v1.20.4-eksbuild.2"],
]);

function checkAddon(inputs: JsonObject, account: Account): string {
  const name = text(inputs, "addonName") ?? "";
  const version = ADDONS.get(name);
  if (version === undefined) {
    throw new AwsError("InvalidParameterException", `Addon ${name} specified is not supported`);
  }
  checkRole(account, text(inputs, "serviceAccountRoleArn"));
  return text(inputs, "addonVersion") ?? version;
}

export const addon: ResourceModel = {
  type: ADDON,
  notModelled: ["namespaceConfig", "podIdentityAssociations"],
  rules: [
    oneOf("resolveConflictsOnCreate", ["NONE", "OVERWRITE"], ADDON_DOC),
    oneOf("resolveConflictsOnUpdate", ["NONE", "OVERWRITE", "PRESERVE"], ADDON_DOC),
    matches(
      "addonVersion",
      /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
      "a version such as v0.8.0-eksbuild.2",
      ADDON_DOC,
    ),
    isJson("configurationValues", ADDON_DOC),
    isArn("serviceAccountRoleArn", ADDON_DOC),
  ],
  create(inputs, account) {
    const clusterName = text(inputs, "clusterName") ?? "";
    requireCluster(account, clusterName);
    const addonVersion = checkAddon(inputs, account);
    const name = text(inputs, "addonName") ?? "";
    const id = `${clusterName}:${name}`;
    if (account.get(ADDON, id)) throw new AwsError("ResourceInUseException", "Addon already exists.");
    const time = now();
    return {
      id,
      outputs: {
        addonVersion,
        arn: account.arn("eks", `addon/${clusterName}/${name}/${randomUUID()}`, text(inputs, "region")),
        configurationValues: text(inputs, "configurationValues") ?? "",
        createdAt: time,
        modifiedAt: time,
      },
    };
  },
  update: (_current, inputs, account) => ({ addonVersion: checkAddon(inputs, account), modifiedAt: now() }),
};

export const podIdentityAssociation: ResourceModel = {
  type: POD_IDENTITY,
  documents: { policy: "policy" },
  notModelled: ["policy", "targetRoleArn"],
  rules: [isArn("roleArn", IDENTITY_DOC)],
  create(inputs, account) {
    const clusterName = text(inputs, "clusterName") ?? "";
    requireCluster(account, clusterName);
    checkRole(account, text(inputs, "roleArn"));
    const same = ["clusterName", "namespace", "serviceAccount"];
    const twin = account
      .all(POD_IDENTITY)
      .find(({ outputs }) => same.every((key) => outputs[key] === inputs[key]));
    if (twin) throw new AwsError("ResourceInUseException", `Association already exists: ${twin.id}`);
    const id = `a-${account.newId("id").slice(3)}`;
    return {
      id,
      outputs: {
        associationArn: account.arn(
          "eks",
          `podidentityassociation/${clusterName}/${id}`,
          text(inputs, "region"),
        ),
        associationId: id,
        disableSessionTags: flag(inputs, "disableSessionTags") ?? false,
        externalId: "",
      },
    };
  },
  update(_current, inputs, account) {
    checkRole(account, text(inputs, "roleArn"));
    return {};
  },
};
