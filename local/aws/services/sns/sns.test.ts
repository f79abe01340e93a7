import { AwsError } from "../../model.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import { SUBSCRIPTION, TOPIC, TOPIC_POLICY } from "./references.ts";

const ARN = "arn:aws:sns:eu-central-1:000000000000:alerts";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

function failures(type: string, inputs: Readonly<Record<string, unknown>>) {
  return resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs));
}

const policyOf = (Action: string, Resource = ARN): string =>
  JSON.stringify({
    Statement: [{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action, Resource }],
  });

describe("topics", () => {
  it("answers a topic as SNS does, its owner's alone", () => {
    const topic = account.make(TOPIC, { name: "alerts", tags: { team: "a" } });
    expect(topic.id).toBe(ARN);
    expect(topic.outputs).toMatchObject({
      arn: ARN,
      name: "alerts",
      owner: "000000000000",
      region: "eu-central-1",
      tagsAll: { team: "a" },
    });
    expect(JSON.parse(topic.outputs["policy"] as string)).toMatchObject({
      Statement: [{ Resource: ARN, Condition: { StringEquals: { "AWS:SourceOwner": "000000000000" } } }],
    });
    expect(account.make(TOPIC, { name: "alerts", region: "us-east-1" }).id).toBe(
      "arn:aws:sns:us-east-1:000000000000:alerts",
    );
  });

  it("has one of a name in a region", () => {
    account.make(TOPIC, { name: "alerts" });
    expect(() => account.make(TOPIC, { name: "alerts" })).toThrow("Topic alerts already exists");
  });

  it("wants the key to be there", () => {
    const make = (kmsMasterKeyId: string) => () => account.make(TOPIC, { name: "alerts", kmsMasterKeyId });
    expect(make("arn:aws:kms:eu-central-1:000000000000:key/gone")).toThrow(
      new AwsError(
        "InvalidParameter",
        "Invalid parameter: KmsMasterKeyId Reason: key arn:aws:kms:eu-central-1:000000000000:key/gone does not exist",
      ),
    );
    const key = account.make("aws:kms/key:Key", {});
    expect(make(key.outputs["arn"] as string)).not.toThrow();
  });

  it("is another topic under another name", () => {
    const model = resourceModel(TOPIC);
    expect(model?.replaces?.({ name: "a" }, { name: "b" })).toEqual(["name"]);
    expect(model?.replaces?.({ name: "a", displayName: "x" }, { name: "a", displayName: "y" })).toEqual([]);
  });

  it.each([
    [{ name: "no space" }, 'must be 1 to 256 letters, digits, - and _, got "no space"'],
    [{ signatureVersion: 3 }, "must be one of 1, 2, got 3"],
  ])("refuses %j", (inputs, reason) => {
    expect(failures(TOPIC, inputs)).toEqual([{ property: Object.keys(inputs)[0], reason }]);
  });
});

describe("policies of topics", () => {
  it("is the policy of a topic that is there, about that topic and SNS alone", () => {
    const make = (policy: string) => () => account.make(TOPIC_POLICY, { arn: ARN, policy });
    expect(make(policyOf("sns:Publish"))).toThrow(new AwsError("NotFound", "Topic does not exist"));
    account.make(TOPIC, { name: "alerts" });
    expect(make(policyOf("kms:Decrypt"))).toThrow("Policy statement action out of service scope!");
    expect(make(policyOf("sns:Publish", "arn:aws:sns:eu-central-1:000000000000:other"))).toThrow(
      "Resource does not match the topic",
    );
    const made = account.make(TOPIC_POLICY, { arn: ARN, policy: policyOf("SNS:Publish") });
    expect([made.id, made.outputs["owner"]]).toEqual([ARN, "000000000000"]);
    expect(() => account.update(made, { arn: ARN, policy: policyOf("s3:GetObject") })).toThrow(
      "out of service scope",
    );
  });
});

describe("subscriptions", () => {
  it("waits to be confirmed, and nobody here does", () => {
    const inputs = { topic: ARN, protocol: "email", endpoint: "ops@example.com" };
    expect(() => account.make(SUBSCRIPTION, inputs)).toThrow("Topic does not exist");
    account.make(TOPIC, { name: "alerts" });
    const made = account.make(SUBSCRIPTION, inputs);
    expect(made.id).toMatch(new RegExp(`^${ARN}:[0-9a-f-]{36}$`));
    expect(made.outputs).toMatchObject({ pendingConfirmation: true, ownerId: "000000000000" });
  });

  it("is another subscription with another address", () => {
    expect(
      resourceModel(SUBSCRIPTION)?.replaces?.(
        { topic: ARN, protocol: "email", endpoint: "a@b.de" },
        { topic: ARN, protocol: "email", endpoint: "c@d.de" },
      ),
    ).toEqual(["endpoint"]);
  });

  it.each([
    [
      { protocol: "email", endpoint: "ops" },
      { property: "endpoint", reason: 'must be an e-mail address with protocol email, got "ops"' },
    ],
    [
      { protocol: "https", endpoint: "http://example.com" },
      { property: "endpoint", reason: 'must be an https URL with protocol https, got "http://example.com"' },
    ],
    [
      { protocol: "sqs", endpoint: "arn:aws:sqs:eu-central-1:000000000000:q" },
      { property: "protocol", reason: 'must be one of email, email-json, https, got "sqs"' },
    ],
  ])("refuses %j", (inputs, failure) => expect(failures(SUBSCRIPTION, inputs)).toEqual([failure]));
});
