import { createHash } from "node:crypto";

import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, FunctionModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { addressAt, parseCidr } from "../../../cidr.ts";
import { objects, text, texts } from "../fields.ts";
import { VPC } from "./references.ts";

/** Where S3 answers in a VPC, counted from its base: an address that AWS keeps to itself. */
export const S3_OFFSET = 3;

const CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing";

/** A list of ranges that AWS keeps. */
interface PrefixList {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly string[];
  readonly maxEntries: number;
}

/**
 * The lists AWS manages that the stand-in knows, with some of their ranges (the real ones change). Identifiers are
 * the region's own at AWS; here they are made up, and stay the same for a region.
 */
export function prefixLists(region: string): readonly PrefixList[] {
  const list = (name: string, maxEntries: number, cidrs: readonly string[]): PrefixList => ({
    id: `pl-${createHash("sha256").update(`${region}/${name}`).digest("hex").slice(0, 8)}`,
    name,
    cidrs,
    maxEntries,
  });
  return [
    list(CLOUDFRONT, 55, ["130.176.0.0/17", "64.252.64.0/18"]),
    list(`com.amazonaws.${region}.s3`, 20, ["52.219.0.0/17"]),
    list(`com.amazonaws.${region}.dynamodb`, 10, ["52.94.0.0/22"]),
  ];
}

export function requirePrefixList(account: Account, id: string, region = account.region): void {
  if (prefixLists(region).some((list) => list.id === id)) return;
  throw new AwsError("InvalidPrefixListID.NotFound", `The prefix list ID '${id}' does not exist`);
}

/**
 * The ranges of a list, none for one that is not there. CloudFront's has the address, too, from which its stand-in on
 * this machine sends into each VPC: that of the VPC's router. S3's has the one at which its stand-in answers there.
 */
export function prefixListRanges(account: Account, id: string, region = account.region): readonly string[] {
  const found = prefixLists(region).find((each) => each.id === id);
  const offset =
    found?.name === CLOUDFRONT ? 1 : found?.name === `com.amazonaws.${region}.s3` ? S3_OFFSET : undefined;
  if (found === undefined || offset === undefined) return found?.cidrs ?? [];
  const own = account
    .all(VPC)
    .map(({ inputs }) => `${addressAt(parseCidr(text(inputs, "cidrBlock") ?? ""), offset)}/32`);
  return [...found.cidrs, ...own];
}

/** The prefix list of a gateway endpoint's service. */
export function gatewayPrefixList(service: string, region: string): PrefixList | undefined {
  return prefixLists(region).find((list) => list.name === service);
}

function wanted(args: JsonObject, list: PrefixList): boolean {
  const id = text(args, "id");
  const name = text(args, "name");
  const byFilter = objects(args, "filters").every((filter) => {
    const values = texts(filter, "values");
    if (filter["name"] === "prefix-list-name") return values.includes(list.name);
    if (filter["name"] === "prefix-list-id") return values.includes(list.id);
    throw new AwsError(
      "InvalidParameterValue",
      `The filter '${text(filter, "name") ?? ""}' is invalid; write prefix-list-name or prefix-list-id`,
    );
  });
  return (id === undefined || id === list.id) && (name === undefined || name === list.name) && byFilter;
}

export const getManagedPrefixList: FunctionModel = {
  token: "aws:ec2/getManagedPrefixList:getManagedPrefixList",
  invoke(args, account) {
    const region = text(args, "region") ?? account.region;
    const found = prefixLists(region).filter((list) => wanted(args, list));
    const [list] = found;
    if (!list) {
      throw new AwsError("InvalidPrefixListID.NotFound", "no matching EC2 Managed Prefix List found");
    }
    if (found.length > 1) {
      throw new AwsError(
        "InvalidParameterCombination",
        `multiple EC2 Managed Prefix Lists matched (${found.map((each) => each.name).join(", ")}); name one`,
      );
    }
    return {
      addressFamily: "IPv4",
      arn: `arn:aws:ec2:${region}:aws:prefix-list/${list.id}`,
      entries: prefixListRanges(account, list.id, region).map((cidr) => ({ cidr, description: "" })),
      ...(args["filters"] === undefined ? {} : { filters: args["filters"] }),
      id: list.id,
      maxEntries: list.maxEntries,
      name: list.name,
      ownerId: "AWS",
      region,
      tags: {},
      version: 1,
    };
  },
};
