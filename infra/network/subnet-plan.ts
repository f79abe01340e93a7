import { formatCidr, mustParseCidr, part } from "./cidr.ts";

/** Subnets of one zone. */
export interface ZonePlan {
  /** e.g. `eu-central-1a`. */
  readonly zone: string;
  /** Nodes, pods and the load balancer: an eighth of the VPC. */
  readonly private: string;
  /** NAT gateways alone: a thirty-second of the VPC. */
  readonly public: string;
  /** Databases and caches, without a route to anywhere: a thirty-second of the VPC. */
  readonly data: string;
}

/** The most zones the plan has room for. */
export const MAX_ZONES = 4;

/**
 * Which part of the VPC each subnet takes. A zone's ranges follow from its place in the list alone, so
 * adding a zone at the end moves nothing (a subnet's range cannot be changed: moving one replaces it).
 *
 * Eighths 0–3 are private, one a zone; eighth 4 is cut in four for the public subnets, eighth 5 in four for
 * the data subnets; eighths 6 and 7 are kept free.
 */
export function planSubnets(vpcCidr: string, zones: readonly string[]): ZonePlan[] {
  if (zones.length > MAX_ZONES) {
    throw new RangeError(`the subnet plan has room for ${MAX_ZONES} zones, not ${zones.length}`);
  }
  const vpc = mustParseCidr(vpcCidr);
  return zones.map((zone, index) => ({
    zone,
    private: formatCidr(part(vpc, 3, index)),
    public: formatCidr(part(part(vpc, 3, 4), 2, index)),
    data: formatCidr(part(part(vpc, 3, 5), 2, index)),
  }));
}
