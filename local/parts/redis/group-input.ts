import { createHash } from "node:crypto";

import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import { PARAMETER_GROUP, subnetsOf } from "../../aws/services/elasticache/references.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { number, requiredText, text, texts } from "../input.ts";
import { givenParameters, settingsOf } from "./settings.ts";
import type { Settings } from "./settings.ts";
import { checkVersion, redisSkew } from "./version.ts";

const SUBNET = "aws:ec2/subnet:Subnet";

export interface Member {
  /** The name of its host. */
  readonly host: string;
  readonly subnetId: string;
}

/** What a replication group asks for, in the part's terms. */
export interface GroupInput {
  readonly id: string;
  /** What to say where another version runs than the one asked for. */
  readonly skew: string | undefined;
  readonly port: number;
  readonly primaryName: string;
  readonly readerName: string;
  readonly securityGroupIds: readonly string[];
  readonly members: readonly Member[];
  readonly settings: Settings;
  readonly authToken: string | undefined;
  readonly tokenStrategy: string | undefined;
}

/** At most 12 characters; the id alone may have 40. */
export function hostPrefix(id: string): string {
  return `rd-${createHash("sha256").update(id).digest("hex").slice(0, 6)}`;
}

/** `parameters`: the group's parameter group where the record still holds the one before. */
export function readGroup(
  resource: StoredResource,
  account: Account,
  parameters = account.get(PARAMETER_GROUP, text(resource.outputs, "parameterGroupName") ?? ""),
): GroupInput {
  const { id, outputs } = resource;
  const [engine, version] = [requiredText(outputs, "engine"), requiredText(outputs, "engineVersion")];
  checkVersion(engine, version);
  return {
    id,
    skew: redisSkew(engine, version),
    port: number(outputs, "port", 6379),
    primaryName: requiredText(outputs, "primaryEndpointAddress"),
    readerName: requiredText(outputs, "readerEndpointAddress"),
    securityGroupIds: texts(outputs, "securityGroupIds"),
    members: membersOf(resource, account),
    settings: settingsOf(requiredText(outputs, "nodeType"), givenParameters(parameters)),
    authToken: text(resource.inputs, "authToken"),
    tokenStrategy: text(resource.inputs, "authTokenUpdateStrategy"),
  };
}

/** One a zone in turn, or as the program says; a zone's first subnet. */
function membersOf(resource: StoredResource, account: Account): readonly Member[] {
  const subnets = subnetsOf(account, resource)
    .map((id) => ({ id, zone: text(account.get(SUBNET, id)?.outputs ?? {}, "availabilityZone") ?? "" }))
    .sort((one, other) => one.zone.localeCompare(other.zone) || one.id.localeCompare(other.id));
  const zones = [...new Set(subnets.map(({ zone }) => zone))];
  const preferred = texts(resource.inputs, "preferredCacheClusterAzs");
  const count = number(resource.outputs, "numCacheClusters", 1);
  return Array.from({ length: count }, (_, index) => {
    const zone = preferred[index] ?? zones[index % zones.length];
    const subnet = subnets.find((each) => each.zone === zone);
    if (subnet === undefined) {
      throw new AwsError("InvalidParameterValue", `${resource.id} has no subnet in ${zone ?? "any zone"}`);
    }
    return { host: `${hostPrefix(resource.id)}-${index + 1}`, subnetId: subnet.id };
  });
}
