import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSecurityGroup, requireSubnet, requireVpc } from "../ec2/references.ts";
import { flag, objects, text, texts } from "../fields.ts";
import { generatedName } from "../names.ts";
import { between, matches, oneOf } from "../rules.ts";
import { hexId, LOAD_BALANCER } from "./references.ts";

const BALANCER_DOC =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html";
const ATTRIBUTE_DOC =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html";

/** Hosted zones of application load balancers. https://docs.aws.amazon.com/general/latest/gr/elb.html */
const ZONE_IDS: Readonly<Record<string, string>> = {
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-north-1": "Z23TAZ6LKFMNIO",
  "eu-west-1": "Z32O12XQLNTSW2",
  "eu-west-2": "ZHURV8PSTC4K8",
  "eu-west-3": "Z3Q77PNBQS71R4",
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-1": "Z368ELLRRE2KJ0",
  "us-west-2": "Z1H1FL5HABSF5",
};

function subnetsOf(inputs: JsonObject): readonly string[] {
  const mapped = objects(inputs, "subnetMappings").map((mapping) => text(mapping, "subnetId") ?? "");
  return mapped.length > 0 ? mapped : texts(inputs, "subnets");
}

/** Two zones at least, one subnet in each, all in one network; answers the network. */
function checkSubnets(subnets: readonly string[], account: Account): string {
  const zones = new Set<Json | undefined>();
  const networks = new Set<string>();
  for (const id of subnets) {
    const { outputs } = requireSubnet(account, id);
    if (zones.has(outputs["availabilityZone"])) {
      throw new AwsError(
        "InvalidConfigurationRequest",
        "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
      );
    }
    zones.add(outputs["availabilityZone"]);
    networks.add(text(outputs, "vpcId") ?? "");
  }
  if (zones.size < 2) {
    throw new AwsError(
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  }
  const [network = ""] = networks;
  if (networks.size > 1) {
    throw new AwsError("InvalidSubnet", "All subnets must belong to the same VPC");
  }
  return network;
}

function groupsOf(inputs: JsonObject, vpcId: string, account: Account): string[] {
  const groups = texts(inputs, "securityGroups");
  if (groups.length === 0) return [text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? ""];
  for (const group of groups) {
    if (requireSecurityGroup(account, group).vpcId !== vpcId) {
      throw new AwsError("InvalidConfigurationRequest", "One or more security groups are invalid");
    }
  }
  return [...groups];
}

function placement(inputs: JsonObject, account: Account): Record<string, Json> {
  const subnets = subnetsOf(inputs);
  const vpcId = checkSubnets(subnets, account);
  const mappings = subnets.map((subnetId) => ({
    allocationId: "",
    ipv6Address: "",
    outpostId: "",
    privateIpv4Address: "",
    subnetId,
  }));
  return {
    securityGroups: groupsOf(inputs, vpcId, account),
    subnetMappings: mappings,
    subnets: [...subnets],
    vpcId,
  };
}

export const loadBalancer: ResourceModel = {
  type: LOAD_BALANCER,
  autoname: { property: "name", maxLength: 32 },
  defaults: {
    desyncMitigationMode: "defensive",
    dnsRecordClientRoutingPolicy: "any_availability_zone",
    loadBalancerType: "application",
    xffHeaderProcessingMode: "append",
  },
  notModelled: [
    "customerOwnedIpv4Pool",
    "enablePrefixForIpv6SourceNat",
    "ipamPools",
    "minimumLoadBalancerCapacity",
    "secondaryIpsAutoAssignedPerSubnet",
  ],
  rules: [
    matches(
      "name",
      /^(?!internal-)(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
      'at most 32 letters, digits and hyphens, no hyphen at an end, not "internal-…"',
      BALANCER_DOC,
    ),
    oneOf("loadBalancerType", ["application"], BALANCER_DOC),
    oneOf("ipAddressType", ["ipv4"], BALANCER_DOC),
    between("idleTimeout", 1, 4000, ATTRIBUTE_DOC),
    between("clientKeepAlive", 60, 604800, ATTRIBUTE_DOC),
    oneOf("desyncMitigationMode", ["monitor", "defensive", "strictest"], ATTRIBUTE_DOC),
    oneOf("xffHeaderProcessingMode", ["append", "preserve", "remove"], ATTRIBUTE_DOC),
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    const region = text(inputs, "region") ?? account.region;
    if (account.all(LOAD_BALANCER).some((other) => other.outputs["name"] === name)) {
      throw new AwsError(
        "DuplicateLoadBalancerName",
        `A load balancer with the same name '${name}' exists, but with different settings`,
      );
    }
    const placed = placement(inputs, account);
    const suffix = `app/${name}/${hexId()}`;
    const internal = flag(inputs, "internal") ?? false;
    const number = BigInt(`0x${hexId()}`).toString().slice(0, 10);
    const arn = account.arn("elasticloadbalancing", `loadbalancer/${suffix}`, region);
    return {
      id: arn,
      outputs: {
        ...placed,
        arn,
        arnSuffix: suffix,
        dnsName: `${internal ? "internal-" : ""}${name}-${number}.${region}.elb.amazonaws.com`,
        internal,
        ipAddressType: "ipv4",
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        zoneId: ZONE_IDS[region] ?? "Z00000000000000000000",
      },
    };
  },
  update: (_current, inputs, account) => placement(inputs, account),
  canDelete(current) {
    if (current.outputs["enableDeletionProtection"] !== true) return;
    throw new AwsError(
      "OperationNotPermitted",
      `Load balancer '${current.id}' cannot be deleted because deletion protection is enabled`,
    );
  },
};
