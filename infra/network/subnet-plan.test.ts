import fc from "fast-check";
import { contains, formatCidr, mustParseCidr, overlaps } from "./cidr.ts";
import { MAX_ZONES, planSubnets } from "./subnet-plan.ts";

const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c", "eu-central-1d"];

/** A private VPC range from /16 to /22, by its first address. */
const vpcs = fc
  .tuple(fc.integer({ min: 16, max: 22 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 63 }))
  .map(([prefix, second, third]) => {
    const base = ((10 << 24) | (second << 16) | (third << 10)) >>> 0;
    return formatCidr({ base: base - (base % 2 ** (32 - prefix)), prefix });
  });
const zoneCounts = fc.integer({ min: 2, max: MAX_ZONES });

function ranges(vpc: string, zones: number): string[] {
  return planSubnets(vpc, ZONES.slice(0, zones)).flatMap((zone) => [zone.private, zone.public, zone.data]);
}

describe("planSubnets", () => {
  it("cuts 10.42.0.0/16 as documented", () => {
    expect(planSubnets("10.42.0.0/16", ZONES.slice(0, 2))).toEqual([
      { zone: "eu-central-1a", private: "10.42.0.0/19", public: "10.42.128.0/21", data: "10.42.160.0/21" },
      { zone: "eu-central-1b", private: "10.42.32.0/19", public: "10.42.136.0/21", data: "10.42.168.0/21" },
    ]);
  });

  it("keeps every subnet inside the VPC and apart from all others", () => {
    fc.assert(
      fc.property(vpcs, zoneCounts, (vpc, zones) => {
        const all = ranges(vpc, zones).map(mustParseCidr);
        all.forEach((one, index) => {
          expect(contains(mustParseCidr(vpc), one)).toBe(true);
          all.slice(index + 1).forEach((other) => expect(overlaps(one, other)).toBe(false));
        });
      }),
    );
  });

  it("moves nothing when a zone is added at the end", () => {
    fc.assert(
      fc.property(vpcs, fc.integer({ min: 2, max: MAX_ZONES - 1 }), (vpc, zones) => {
        expect(ranges(vpc, zones + 1).slice(0, zones * 3)).toEqual(ranges(vpc, zones));
      }),
    );
  });

  it("never makes a subnet that AWS would refuse as too small (/28)", () => {
    fc.assert(
      fc.property(vpcs, zoneCounts, (vpc, zones) => {
        for (const range of ranges(vpc, zones)) expect(mustParseCidr(range).prefix).toBeLessThanOrEqual(28);
      }),
    );
  });

  it("has no room for a fifth zone", () => {
    expect(() => planSubnets("10.0.0.0/16", [...ZONES, "eu-central-1e"])).toThrow(
      "the subnet plan has room for 4 zones, not 5",
    );
  });
});
