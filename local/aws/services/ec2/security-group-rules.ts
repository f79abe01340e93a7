import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { number, text } from "../fields.ts";
import { between, exactlyOne, isCidr, longest } from "../rules.ts";
import { requirePrefixList } from "./prefix-lists.ts";
import { requireSecurityGroup } from "./references.ts";

export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const RULE_DOC = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html";
const PERMISSION_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html";

const SOURCES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];
const NAMED_PROTOCOLS = ["-1", "tcp", "udp", "icmp", "icmpv6"];

const ports: Rule = {
  source: PERMISSION_DOC,
  check(inputs) {
    const protocol = inputs["ipProtocol"];
    if (typeof protocol !== "string") return [];
    if (!NAMED_PROTOCOLS.includes(protocol) && !/^\d{1,3}$/.test(protocol)) {
      const reason = `must be ${NAMED_PROTOCOLS.join(", ")} or a protocol number, got "${protocol}"`;
      return [{ property: "ipProtocol", reason }];
    }
    const given = ["fromPort", "toPort"].filter((key) => inputs[key] !== undefined);
    if (protocol === "-1") {
      return given.map((property) => ({
        property,
        reason: 'must be left out when ipProtocol is "-1" (all traffic)',
      }));
    }
    if ((protocol === "tcp" || protocol === "udp") && given.length < 2) {
      const property = inputs["fromPort"] === undefined ? "fromPort" : "toPort";
      return [{ property, reason: "must be given: both fromPort and toPort with TCP and UDP" }];
    }
    const [from, to] = [inputs["fromPort"], inputs["toPort"]];
    const backwards = protocol !== "icmp" && typeof from === "number" && typeof to === "number" && from > to;
    return backwards
      ? [{ property: "toPort", reason: `must not be below fromPort (${from}), got ${to}` }]
      : [];
  },
};

function checkReferences(inputs: JsonObject, account: Account): void {
  const group = requireSecurityGroup(account, text(inputs, "securityGroupId") ?? "");
  const prefixList = text(inputs, "prefixListId");
  if (prefixList !== undefined) requirePrefixList(account, prefixList, text(inputs, "region"));
  const referenced = text(inputs, "referencedSecurityGroupId");
  if (referenced === undefined) return;
  if (requireSecurityGroup(account, referenced).vpcId !== group.vpcId) {
    throw new AwsError(
      "InvalidParameter",
      "You have specified two resources that belong to different networks.",
    );
  }
}

/** What makes two rules the same to EC2. */
function fingerprint(rule: JsonObject): string {
  const keys = ["securityGroupId", "ipProtocol", "fromPort", "toPort", ...SOURCES];
  return JSON.stringify(keys.map((key) => rule[key] ?? null));
}

function peer(rule: JsonObject): string {
  return SOURCES.map((key) => text(rule, key)).find((value) => value !== undefined) ?? "";
}

function checkDuplicate(type: string, inputs: JsonObject, account: Account, own?: string): void {
  const twin = account.all(type).find((rule) => fingerprint(rule.inputs) === fingerprint(inputs));
  if (!twin || twin.id === own) return;
  const protocol = text(inputs, "ipProtocol") ?? "";
  const all = protocol === "-1";
  const span = all
    ? "ALL"
    : `${protocol.toUpperCase()}, from port: ${number(inputs, "fromPort") ?? -1}, to port: ${number(inputs, "toPort") ?? -1}`;
  throw new AwsError(
    "InvalidPermission.Duplicate",
    `the specified rule "peer: ${peer(inputs)}, ${span}, ALLOW" already exists`,
  );
}

/** The provider replaces a rule whose group or kind of source changes: EC2 cannot modify those. */
function replaces(olds: JsonObject, news: JsonObject): readonly string[] {
  const changed = SOURCES.filter((key) => (olds[key] === undefined) !== (news[key] === undefined));
  // A source that is not known yet looks absent: only a change from one known kind to another counts.
  const kindChanged = SOURCES.some((key) => news[key] !== undefined) && changed.length > 0;
  return ["securityGroupId", ...(kindChanged ? changed : [])];
}

function ruleModel(type: string): ResourceModel {
  return {
    type,
    notModelled: ["cidrIpv6"],
    replaces,
    rules: [
      exactlyOne(SOURCES, RULE_DOC),
      isCidr("cidrIpv4", 0, 32, PERMISSION_DOC),
      between("fromPort", -1, 65535, PERMISSION_DOC),
      between("toPort", -1, 65535, PERMISSION_DOC),
      longest("description", 255, PERMISSION_DOC),
      ports,
    ],
    create(inputs, account) {
      checkReferences(inputs, account);
      checkDuplicate(type, inputs, account);
      const id = account.newId("sgr");
      const arn = account.arn("ec2", `security-group-rule/${id}`, text(inputs, "region"));
      return { id, outputs: { arn, securityGroupRuleId: id } };
    },
    update(current, inputs, account) {
      checkReferences(inputs, account);
      checkDuplicate(type, inputs, account, current.id);
      return {};
    },
  };
}

export const ingressRule = ruleModel(INGRESS_RULE);
export const egressRule = ruleModel(EGRESS_RULE);
