import type { Account, ResourceModel } from "../../model.ts";
import type { Json, JsonObject } from "../../../region/protocol.ts";
import { AwsError } from "../../model.ts";
import { SUBNET } from "../ec2/references.ts";
import { text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { longest, matches } from "../rules.ts";
import { INSTANCE, SUBNET_GROUP } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html";

/** Subnets in two zones at least, all in one network; answers the network. */
function placement(inputs: JsonObject, account: Account): Record<string, Json> {
  const ids = texts(inputs, "subnetIds");
  const subnets = ids.flatMap((id) => {
    const subnet = account.get(SUBNET, id);
    return subnet ? [subnet.outputs] : [];
  });
  if (subnets.length < ids.length) {
    const lost = ids.filter((id) => !account.get(SUBNET, id));
    throw new AwsError(
      "InvalidSubnet",
      `Some input subnets in :[${lost.join(", ")}] are invalid: they do not exist`,
    );
  }
  const networks = new Set(subnets.map((outputs) => text(outputs, "vpcId") ?? ""));
  if (networks.size > 1) {
    throw new AwsError("InvalidSubnet", `The subnets in :[${ids.join(", ")}] are not in one VPC`);
  }
  const zones = new Set(subnets.map((outputs) => text(outputs, "availabilityZone") ?? ""));
  if (zones.size < 2) {
    throw new AwsError(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${[...zones].join(", ")}. Add subnets to cover at least 2 AZs.`,
    );
  }
  const [vpcId = ""] = networks;
  return { supportedNetworkTypes: ["IPV4"], vpcId };
}

export const subnetGroup: ResourceModel = {
  type: SUBNET_GROUP,
  autoname: { property: "name", maxLength: 255, lowercase: true },
  // The Pulumi provider says so; Terraform's own default is "Managed by Terraform".
  defaults: { description: "Managed by Pulumi" },
  rules: [
    matches("name", /^[a-z0-9 ._-]{1,255}$/, "1 to 255 of a-z, 0-9, blank and .-_", DOC),
    matches("name", /^(?!default$)/, 'another name than "default"', DOC),
    longest("description", 255, DOC),
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.get(SUBNET_GROUP, name)) {
      throw new AwsError("DBSubnetGroupAlreadyExists", `The DB subnet group '${name}' already exists.`);
    }
    return {
      id: name,
      outputs: {
        ...placement(inputs, account),
        arn: account.arn("rds", `subgrp:${name}`, text(inputs, "region")),
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
      },
    };
  },
  update: (_current, inputs, account) => placement(inputs, account),
  canDelete(current, account) {
    const users = account.all(INSTANCE).filter(({ outputs }) => outputs["dbSubnetGroupName"] === current.id);
    if (users.length === 0) return;
    const names = users.map(({ outputs }) => text(outputs, "identifier") ?? "").join(", ");
    throw new AwsError(
      "InvalidDBSubnetGroupStateFault",
      `Cannot delete the subnet group '${current.id}' because at least one database instance: ${names} is still using it.`,
    );
  },
};
