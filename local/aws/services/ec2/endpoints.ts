import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, text, texts } from "../fields.ts";
import { exactlyOne, isJson, oneOf } from "../rules.ts";
import { gatewayPrefixList } from "./prefix-lists.ts";
import {
  requireRouteTable,
  requireSecurityGroup,
  requireSubnet,
  requireVpc,
  VPC_ENDPOINT,
} from "./references.ts";

const ENDPOINT_DOC = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html";

/** Interface endpoint services the stand-in knows, after `com.amazonaws.<region>.`. */
const INTERFACE_SERVICES = [
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticache",
  "elasticloadbalancing",
  "kms",
  "logs",
  "monitoring",
  "rds",
  "s3",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "sts",
];

/** What only one kind of endpoint takes. */
const byKind: Rule = {
  source: ENDPOINT_DOC,
  check(inputs) {
    const kind = inputs["vpcEndpointType"];
    const wrong =
      kind === "Gateway"
        ? ["subnetIds", "securityGroupIds", "privateDnsEnabled"]
        : kind === "Interface"
          ? ["routeTableIds"]
          : [];
    return wrong
      .filter((property) => inputs[property] !== undefined && inputs[property] !== false)
      .map((property) => ({
        property,
        reason: `must be left out when vpcEndpointType is "${String(kind)}"`,
      }));
  },
};

/** The part after `com.amazonaws.<region>.`. */
function shortName(service: string, region: string): string | undefined {
  const prefix = `com.amazonaws.${region}.`;
  return service.startsWith(prefix) ? service.slice(prefix.length) : undefined;
}

function checkService(inputs: JsonObject, region: string): { service: string; short: string } {
  const service = text(inputs, "serviceName") ?? "";
  const short = shortName(service, region);
  const known =
    inputs["vpcEndpointType"] === "Interface"
      ? short !== undefined && INTERFACE_SERVICES.includes(short)
      : gatewayPrefixList(service, region) !== undefined;
  if (!known || short === undefined) {
    throw new AwsError("InvalidServiceName", `The Vpc Endpoint Service '${service}' does not exist`);
  }
  return { service, short };
}

function checkGateway(inputs: JsonObject, vpcId: string, account: Account, own?: string): void {
  const service = text(inputs, "serviceName");
  for (const table of texts(inputs, "routeTableIds")) {
    if (requireRouteTable(account, table).vpcId !== vpcId) {
      throw new AwsError("InvalidParameter", `Route table ${table} does not belong to VPC ${vpcId}`);
    }
    const other = account
      .all(VPC_ENDPOINT)
      .find(
        ({ id, outputs }) =>
          id !== own && outputs["serviceName"] === service && texts(outputs, "routeTableIds").includes(table),
      );
    if (other) {
      const list = text(other.outputs, "prefixListId") ?? "";
      throw new AwsError(
        "RouteAlreadyExists",
        `route table ${table} already has a route with destination-prefix-list-id ${list}`,
      );
    }
  }
}

function checkInterface(inputs: JsonObject, vpcId: string, account: Account, own?: string): void {
  const zones = new Set<Json | undefined>();
  for (const id of texts(inputs, "subnetIds")) {
    const zone = requireSubnet(account, id).outputs["availabilityZone"];
    if (zones.has(zone)) {
      throw new AwsError(
        "DuplicateSubnetsInSameZone",
        `Found another VPC endpoint subnet in the availability zone of ${id}. VPC endpoint subnets should be in ` +
          `different availability zones supported by the VPC endpoint service.`,
      );
    }
    zones.add(zone);
  }
  for (const id of texts(inputs, "securityGroupIds")) requireSecurityGroup(account, id);
  if (flag(inputs, "privateDnsEnabled") !== true) return;
  const network = requireVpc(account, vpcId).outputs;
  if (network["enableDnsSupport"] !== true || network["enableDnsHostnames"] !== true) {
    throw new AwsError(
      "InvalidParameter",
      `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`,
    );
  }
  const service = text(inputs, "serviceName") ?? "";
  const conflict = account
    .all(VPC_ENDPOINT)
    .some(
      ({ id, outputs }) =>
        id !== own &&
        outputs["vpcId"] === vpcId &&
        outputs["serviceName"] === service &&
        outputs["privateDnsEnabled"] === true,
    );
  if (conflict) {
    throw new AwsError(
      "InvalidParameter",
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service} in the VPC ${vpcId}`,
    );
  }
}

/** What the kind of endpoint makes of its inputs. */
function kindOutputs(inputs: JsonObject, id: string, vpcId: string, account: Account): Record<string, Json> {
  const region = text(inputs, "region") ?? account.region;
  const { service, short } = checkService(inputs, region);
  if (inputs["vpcEndpointType"] === "Interface") {
    const subnets = texts(inputs, "subnetIds");
    const fallback = text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? "";
    const groups = texts(inputs, "securityGroupIds");
    return {
      cidrBlocks: [],
      dnsEntries: [{ dnsName: `${id}.${short}.${region}.vpce.amazonaws.com`, hostedZoneId: "Z1HUB23UULQXV" }],
      networkInterfaceIds: subnets.map(() => account.newId("eni")),
      prefixListId: "",
      privateDnsEnabled: flag(inputs, "privateDnsEnabled") ?? false,
      routeTableIds: [],
      securityGroupIds: groups.length > 0 ? [...groups] : [fallback],
      subnetIds: [...subnets],
    };
  }
  const list = gatewayPrefixList(service, region);
  return {
    cidrBlocks: [...(list?.cidrs ?? [])],
    dnsEntries: [],
    networkInterfaceIds: [],
    prefixListId: list?.id ?? "",
    privateDnsEnabled: false,
    routeTableIds: [...texts(inputs, "routeTableIds")],
    securityGroupIds: [],
    subnetIds: [],
  };
}

function checkReferences(inputs: JsonObject, vpcId: string, account: Account, own?: string): void {
  if (inputs["vpcEndpointType"] === "Interface") checkInterface(inputs, vpcId, account, own);
  else checkGateway(inputs, vpcId, account, own);
}

const OPEN_POLICY =
  '{"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}],"Version":"2008-10-17"}';

export const vpcEndpoint: ResourceModel = {
  type: VPC_ENDPOINT,
  documents: { policy: "policy" },
  defaults: { vpcEndpointType: "Gateway" },
  notModelled: [
    "autoAccept",
    "dnsOptions",
    "resourceConfigurationArn",
    "serviceNetworkArn",
    "serviceRegion",
    "subnetConfigurations",
  ],
  rules: [
    oneOf("vpcEndpointType", ["Gateway", "Interface"], ENDPOINT_DOC),
    oneOf("ipAddressType", ["ipv4"], ENDPOINT_DOC),
    exactlyOne(["serviceName", "resourceConfigurationArn", "serviceNetworkArn"], ENDPOINT_DOC),
    isJson("policy", ENDPOINT_DOC),
    byKind,
  ],
  create(inputs, account) {
    const vpcId = text(inputs, "vpcId") ?? "";
    requireVpc(account, vpcId);
    checkReferences(inputs, vpcId, account);
    const id = account.newId("vpce");
    return {
      id,
      outputs: {
        ...kindOutputs(inputs, id, vpcId, account),
        arn: account.arn("ec2", `vpc-endpoint/${id}`, text(inputs, "region")),
        ipAddressType: "ipv4",
        ownerId: account.id,
        policy: text(inputs, "policy") ?? OPEN_POLICY,
        requesterManaged: false,
        serviceRegion: text(inputs, "region") ?? account.region,
        state: "available",
      },
    };
  },
  update(current, inputs, account) {
    const vpcId = text(current.outputs, "vpcId") ?? "";
    checkReferences(inputs, vpcId, account, current.id);
    return {
      ...kindOutputs(inputs, current.id, vpcId, account),
      // One that is not named any more stays, as the provider has it.
      policy: text(inputs, "policy") ?? text(current.outputs, "policy") ?? OPEN_POLICY,
    };
  },
};
