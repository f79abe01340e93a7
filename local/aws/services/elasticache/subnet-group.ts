import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSubnet } from "../ec2/references.ts";
import { text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { matches } from "../rules.ts";
import { SUBNET_GROUP, usersOf } from "./references.ts";

const DOC =
  "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheSubnetGroup.html";

function networkOf(inputs: JsonObject, account: Account): string {
  const networks = new Set(
    texts(inputs, "subnetIds").map((id) => text(requireSubnet(account, id).outputs, "vpcId") ?? ""),
  );
  const [network = ""] = networks;
  if (networks.size <= 1) return network;
  throw new AwsError("InvalidSubnet", "All subnets of a cache subnet group must belong to the same VPC.");
}

export const subnetGroup: ResourceModel = {
  type: SUBNET_GROUP,
  autoname: { property: "name", maxLength: 255, lowercase: true },
  rules: [
    matches("name", /^[a-zA-Z0-9-]{1,255}$/, "1 to 255 letters, digits and hyphens", DOC),
    matches("name", /^(?!default$)/i, 'a name other than "default", which is reserved', DOC),
    {
      source: DOC,
      check: ({ subnetIds }) =>
        Array.isArray(subnetIds) && subnetIds.length === 0
          ? [{ property: "subnetIds", reason: "at least one subnet must be given, got none" }]
          : [],
    },
  ],
  create(inputs, account) {
    const name = generatedName(inputs).toLowerCase();
    if (account.get(SUBNET_GROUP, name)) {
      throw new AwsError("CacheSubnetGroupAlreadyExists", `Cache subnet group ${name} already exists.`);
    }
    const vpcId = networkOf(inputs, account);
    const arn = account.arn("elasticache", `subnetgroup:${name}`, text(inputs, "region"));
    return { id: name, outputs: { arn, name, vpcId } };
  },
  update: (_current, inputs, account) => ({ vpcId: networkOf(inputs, account) }),
  canDelete(current, account) {
    const [user] = usersOf(account, "subnetGroupName", current.id);
    if (!user) return;
    throw new AwsError(
      "CacheSubnetGroupInUse",
      `Cache subnet group ${current.id} is currently in use by ${user.id}.`,
    );
  },
};
