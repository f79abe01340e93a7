import { SUBNET } from "../../aws/services/ec2/references.ts";
import { flag, text, texts } from "../../aws/services/fields.ts";
import type { Account } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";

/** The services that answer inside the VPC, and by which kind of endpoint. */
export type EndpointService = "elasticloadbalancing" | "s3";
const KINDS: Readonly<Record<EndpointService, "Gateway" | "Interface">> = {
  elasticloadbalancing: "Interface",
  s3: "Gateway",
};

/** A host that stands for an endpoint's network interface; without subnet: for the way a gateway endpoint opens. */
export interface Place {
  readonly host: string;
  readonly subnet?: { readonly id: string; readonly groups: readonly string[] };
}

/** What an endpoint comes to on this machine. */
export interface Placement {
  readonly service: EndpointService;
  readonly vpcId: string;
  readonly places: readonly Place[];
  /** Names of the VPC's DNS that lead to all of its places. */
  readonly names: readonly string[];
  /** Names that its certificate is for. */
  readonly certified: readonly string[];
}

/** Undefined for a service that nobody answers for here: its endpoint is recorded and nothing more. */
export function placementOf(endpoint: StoredResource, account: Account): Placement | undefined {
  const { id, inputs, outputs } = endpoint;
  const region = text(inputs, "region") ?? account.region;
  const service = (text(inputs, "serviceName") ?? "").replace(`com.amazonaws.${region}.`, "");
  if (!isAnswered(service) || KINDS[service] !== inputs["vpcEndpointType"]) return undefined;
  const vpcId = text(inputs, "vpcId") ?? "";
  const name = `${service}.${region}.amazonaws.com`;
  if (KINDS[service] === "Gateway") {
    // A route table without it has no way to S3.
    const places = texts(outputs, "routeTableIds").length > 0 ? [{ host: `s3-${vpcId.slice(-8)}` }] : [];
    const names = [name, `*.${name}`];
    return { service, vpcId, places, names, certified: names };
  }
  const own = `${service}.${region}.vpce.amazonaws.com`;
  const groups = texts(outputs, "securityGroupIds");
  const isPrivate = flag(outputs, "privateDnsEnabled") === true;
  return {
    service,
    vpcId,
    places: texts(outputs, "subnetIds").map((subnetId) => ({
      host: `vpce-${id.slice(-5)}${zoneOf(account, subnetId).slice(-1)}`,
      subnet: { id: subnetId, groups },
    })),
    names: [`${id}.${own}`, ...(isPrivate ? [name] : [])],
    certified: [name, `*.${own}`],
  };
}

function isAnswered(service: string): service is EndpointService {
  return Object.hasOwn(KINDS, service);
}

/** An endpoint has one subnet a zone, so that its letter tells them apart. */
function zoneOf(account: Account, subnetId: string): string {
  return text(account.get(SUBNET, subnetId)?.outputs ?? {}, "availabilityZone") ?? subnetId;
}
