import { randomBytes } from "node:crypto";

import type { FunctionModel, ServiceModel } from "../../model.ts";
import { text } from "../fields.ts";
import { accessEntry, accessPolicyAssociation } from "./access.ts";
import { addon, podIdentityAssociation } from "./addons.ts";
import { cluster, clusterData } from "./cluster.ts";
import { requireCluster } from "./references.ts";

const getCluster: FunctionModel = {
  token: "aws:eks/getCluster:getCluster",
  invoke: (args, account) => clusterData(requireCluster(account, text(args, "name") ?? "").outputs),
};

/** A token in the shape of AWS's: a signed address. The local control plane takes certificates and no such token. */
const getClusterAuth: FunctionModel = {
  token: "aws:eks/getClusterAuth:getClusterAuth",
  secrets: ["token"],
  invoke(args, account) {
    const name = text(args, "name") ?? "";
    const region = text(args, "region") ?? account.region;
    const signature = randomBytes(32).toString("hex");
    const address = `https://sts.${region}.amazonaws.com/?Action=GetCallerIdentity&X-Amz-Signature=${signature}`;
    return { id: name, name, region, token: `k8s-aws-v1.${Buffer.from(address).toString("base64url")}` };
  },
};

export const service: ServiceModel = {
  resources: [cluster, accessEntry, accessPolicyAssociation, addon, podIdentityAssociation],
  functions: [getCluster, getClusterAuth],
};
