import type { JsonObject } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { functionModel } from "../index.ts";
import { prefixLists, requirePrefixList } from "./prefix-lists.ts";
import { refusal } from "./testing.ts";

const CLOUDFRONT = "com.amazonaws.global.cloudfront.origin-facing";
const [cloudfront, s3] = prefixLists("eu-central-1");

function find(args: JsonObject): unknown {
  return functionModel("aws:ec2/getManagedPrefixList:getManagedPrefixList")?.invoke(
    args,
    new MemoryAccount(),
  );
}

const filter = (name: string, ...values: readonly string[]): JsonObject => ({ filters: [{ name, values }] });

describe("AWS's own prefix lists", () => {
  it("are found by name, by id, and by a filter of either", () => {
    const found = {
      addressFamily: "IPv4",
      arn: `arn:aws:ec2:eu-central-1:aws:prefix-list/${cloudfront?.id ?? ""}`,
      entries: [
        { cidr: "130.176.0.0/17", description: "" },
        { cidr: "64.252.64.0/18", description: "" },
      ],
      id: cloudfront?.id,
      maxEntries: 55,
      name: CLOUDFRONT,
      ownerId: "AWS",
      region: "eu-central-1",
      tags: {},
      version: 1,
    };
    expect(find({ name: CLOUDFRONT })).toEqual(found);
    expect(find({ id: cloudfront?.id ?? "" })).toEqual(found);
    for (const by of [
      filter("prefix-list-name", CLOUDFRONT),
      filter("prefix-list-id", cloudfront?.id ?? ""),
    ]) {
      expect(find(by)).toEqual({ ...found, ...by });
    }
  });

  it("have another id in each region", () => {
    const elsewhere = find({ name: CLOUDFRONT, region: "us-east-1" }) as { id: string; arn: string };
    expect(elsewhere.id).not.toBe(cloudfront?.id);
    expect(elsewhere.arn).toBe(`arn:aws:ec2:us-east-1:aws:prefix-list/${elsewhere.id}`);
  });

  it("are refused where none, several, or an unknown filter are named", () => {
    expect(refusal(() => find({ name: "com.example" }))).toBe(
      "InvalidPrefixListID.NotFound: no matching EC2 Managed Prefix List found",
    );
    expect(refusal(() => find(filter("prefix-list-name", CLOUDFRONT, "com.amazonaws.eu-central-1.s3")))).toBe(
      "InvalidParameterCombination: multiple EC2 Managed Prefix Lists matched " +
        `(${CLOUDFRONT}, com.amazonaws.eu-central-1.s3); name one`,
    );
    expect(refusal(() => find(filter("owner-id", "AWS")))).toBe(
      "InvalidParameterValue: The filter 'owner-id' is invalid; write prefix-list-name or prefix-list-id",
    );
  });

  it("can be referred to by id, in their own region", () => {
    const account = new MemoryAccount();
    expect(() => requirePrefixList(account, s3?.id ?? "")).not.toThrow();
    expect(() => requirePrefixList(account, s3?.id ?? "", "us-east-1")).toThrow(
      `The prefix list ID '${s3?.id ?? ""}' does not exist`,
    );
  });
});
