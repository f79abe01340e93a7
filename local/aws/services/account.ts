import type { JsonObject } from "../../region/protocol.ts";
import type { FunctionModel, ServiceModel } from "../model.ts";
import { AwsError } from "../model.ts";
import { zonesOf, type Zone } from "../zones.ts";
import { flag, objects, text, texts } from "./fields.ts";

/** The filters of DescribeAvailabilityZones that have a meaning for zones that are plain and open. */
function passes(zone: Zone, region: string, filters: readonly JsonObject[]): boolean {
  const facts: Readonly<Record<string, string>> = {
    "group-name": region,
    "opt-in-status": "opt-in-not-required",
    "region-name": region,
    state: "available",
    "zone-id": zone.id,
    "zone-name": zone.name,
    "zone-type": "availability-zone",
  };
  return filters.every((filter) => {
    const fact = facts[text(filter, "name") ?? ""];
    if (fact !== undefined) return texts(filter, "values").includes(fact);
    throw new AwsError(
      "InvalidParameterValue",
      `The filter '${text(filter, "name") ?? ""}' is invalid; write one of ${Object.keys(facts).join(", ")}`,
    );
  });
}

const getAvailabilityZones: FunctionModel = {
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  invoke(args, account) {
    const region = text(args, "region") ?? account.region;
    const state = text(args, "state") ?? "available";
    const zones = zonesOf(region)
      .filter((zone) => passes(zone, region, objects(args, "filters")))
      .filter((zone) => !texts(args, "excludeNames").includes(zone.name))
      .filter((zone) => !texts(args, "excludeZoneIds").includes(zone.id))
      .filter(() => state === "available");
    return {
      ...args,
      allAvailabilityZones: flag(args, "allAvailabilityZones") ?? false,
      groupNames: zones.length > 0 ? [region] : [],
      id: region,
      names: zones.map((zone) => zone.name),
      region,
      zoneIds: zones.map((zone) => zone.id),
    };
  },
};

const getCallerIdentity: FunctionModel = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  invoke: (_args, account) => ({
    accountId: account.id,
    arn: `arn:aws:iam::${account.id}:root`,
    id: account.id,
    userId: account.id,
  }),
};

/** The names AWS gives its regions in the console; those a European or American team is likely to write. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "ap-southeast-2": "Asia Pacific (Sydney)",
  "eu-central-1": "Europe (Frankfurt)",
  "eu-central-2": "Europe (Zurich)",
  "eu-north-1": "Europe (Stockholm)",
  "eu-south-1": "Europe (Milan)",
  "eu-west-1": "Europe (Ireland)",
  "eu-west-2": "Europe (London)",
  "eu-west-3": "Europe (Paris)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};

const getRegion: FunctionModel = {
  token: "aws:index/getRegion:getRegion",
  invoke(args, account) {
    const region = text(args, "name") ?? text(args, "region") ?? account.region;
    return {
      description: DESCRIPTIONS[region] ?? region,
      endpoint: `ec2.${region}.amazonaws.com`,
      id: region,
      name: region,
      region,
    };
  },
};

const getPartition: FunctionModel = {
  token: "aws:index/getPartition:getPartition",
  invoke: (_args, account) => ({
    dnsSuffix: "amazonaws.com",
    id: account.partition,
    partition: account.partition,
    reverseDnsPrefix: "com.amazonaws",
  }),
};

/** Functions about the account and its region. */
export const service: ServiceModel = {
  resources: [],
  functions: [getAvailabilityZones, getCallerIdentity, getPartition, getRegion],
};
