import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { objects, text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { longest, matches } from "../rules.ts";
import { attachments, requireSecurityGroup, requireVpc, SECURITY_GROUP } from "./references.ts";
import { EGRESS_RULE, INGRESS_RULE } from "./security-group-rules.ts";

const GROUP_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html";

/** Characters EC2 allows in names and descriptions of security groups of a VPC. */
const CHARACTERS = /^[\w .:/()#,@[\]+=&;{}!$*-]*$/;

const inVpc: Rule = {
  source: "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",
  check: (inputs) =>
    inputs["vpcId"] === undefined
      ? [{ property: "vpcId", reason: "is required: the account has no default VPC" }]
      : [],
};

function checkInline(inputs: JsonObject, account: Account): void {
  for (const rule of [...objects(inputs, "ingress"), ...objects(inputs, "egress")]) {
    for (const id of texts(rule, "securityGroups")) requireSecurityGroup(account, id);
  }
}

/** Another group's rule that names this one keeps it from being deleted. */
function isReferenced(id: string, account: Account): boolean {
  const byRule = [INGRESS_RULE, EGRESS_RULE]
    .flatMap((type) => account.all(type))
    .some(
      (rule) => rule.outputs["referencedSecurityGroupId"] === id && rule.outputs["securityGroupId"] !== id,
    );
  const inline = account
    .all(SECURITY_GROUP)
    .filter((group) => group.id !== id)
    .flatMap((group) => [...objects(group.outputs, "ingress"), ...objects(group.outputs, "egress")])
    .some((rule) => texts(rule, "securityGroups").includes(id));
  return byRule || inline;
}

export const securityGroup: ResourceModel = {
  type: SECURITY_GROUP,
  autoname: { property: "name", maxLength: 255 },
  // The Pulumi provider says so; Terraform's own default is "Managed by Terraform".
  defaults: { description: "Managed by Pulumi" },
  sets: ["ingress.securityGroups", "egress.securityGroups"],
  rules: [
    inVpc,
    matches("name", /^(?!sg-)/, "a name that does not begin with sg-", GROUP_DOC),
    matches("name", CHARACTERS, "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*", GROUP_DOC),
    longest("name", 255, GROUP_DOC),
    matches("description", CHARACTERS, "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*", GROUP_DOC),
    longest("description", 255, GROUP_DOC),
  ],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId") ?? "";
    requireVpc(account, vpcId);
    checkInline(inputs, account);
    const name = generatedName(inputs);
    const twin = account
      .all(SECURITY_GROUP)
      .some((group) => group.outputs["vpcId"] === vpcId && group.outputs["name"] === name);
    if (twin) {
      throw new AwsError(
        "InvalidGroup.Duplicate",
        `The security group '${name}' already exists for VPC '${vpcId}'`,
      );
    }
    const id = account.newId("sg");
    return {
      id,
      outputs: {
        arn: account.arn("ec2", `security-group/${id}`, text(inputs, "region")),
        // The provider removes the egress rule that EC2 gives every new group.
        egress: [...objects(inputs, "egress")],
        ingress: [...objects(inputs, "ingress")],
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        ownerId: account.id,
      },
    };
  },
  update(_current, inputs, account) {
    checkInline(inputs, account);
    return {};
  },
  canDelete(current, account) {
    const attached = attachments(account).some((use) => use.groups.includes(current.id));
    if (attached || isReferenced(current.id, account)) {
      throw new AwsError("DependencyViolation", `resource ${current.id} has a dependent object`);
    }
  },
};

/** Takes over the group every VPC is born with; deleting it leaves the group, and no rule in it. */
export const defaultSecurityGroup: ResourceModel = {
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  rules: [inVpc],
  sets: securityGroup.sets ?? [],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId") ?? "";
    const id = text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? "";
    checkInline(inputs, account);
    return {
      id,
      outputs: {
        arn: account.arn("ec2", `security-group/${id}`, text(inputs, "region")),
        description: "default VPC security group",
        egress: [...objects(inputs, "egress")],
        ingress: [...objects(inputs, "ingress")],
        name: "default",
        namePrefix: "",
        ownerId: account.id,
      },
    };
  },
  update(_current, inputs, account) {
    checkInline(inputs, account);
    return { egress: [...objects(inputs, "egress")], ingress: [...objects(inputs, "ingress")] };
  },
};
