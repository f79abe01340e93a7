import * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Alerts } from "./alerts.ts";
import { alertsStatements } from "./topic-policy.ts";

async function make(emails?: readonly string[]) {
  const children = new Children();
  const alerts = new Alerts(
    "alerts",
    { accountId: "111122223333", keyArn: "arn:key", tags: { team: "a" }, ...(emails ? { emails } : {}) },
    children.options,
  );
  const arns = await value(pulumi.all([alerts.topicArn, alerts.cacheTopicArn]));
  return { arns, children: await children.all() };
}

const SERVICES = {
  Alarms: "cloudwatch.amazonaws.com",
  DatabaseEvents: "events.rds.amazonaws.com",
  Budgets: "budgets.amazonaws.com",
  CostAnomalies: "costalerts.amazonaws.com",
};

const onlyWithTls = (Resource: string) => ({
  Sid: "OnlyWithTls",
  Effect: "Deny",
  Principal: "*",
  Action: "sns:Publish",
  Resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

describe("Alerts", () => {
  it("makes two topics with a policy each, and a subscription an address and topic", async () => {
    const { children, arns } = await make(["a@example.com", "b@example.com"]);
    expect(Object.keys(children).sort()).toEqual([
      "aws:sns/topic:Topic alerts",
      "aws:sns/topic:Topic alerts-cache",
      "aws:sns/topicPolicy:TopicPolicy alerts",
      "aws:sns/topicPolicy:TopicPolicy alerts-cache",
      "aws:sns/topicSubscription:TopicSubscription alerts-a@example.com",
      "aws:sns/topicSubscription:TopicSubscription alerts-b@example.com",
      "aws:sns/topicSubscription:TopicSubscription alerts-cache-a@example.com",
      "aws:sns/topicSubscription:TopicSubscription alerts-cache-b@example.com",
      "twinstack:observability:Alerts alerts",
    ]);
    expect(
      children["aws:sns/topicSubscription:TopicSubscription alerts-cache-a@example.com"]?.inputs,
    ).toEqual({
      topic: "arn:alerts-cache",
      protocol: "email",
      endpoint: "a@example.com",
    });
    expect(arns).toEqual(["arn:alerts", "arn:alerts-cache"]);
  });

  it("tells nobody unless asked", async () => {
    const { children } = await make();
    expect(Object.keys(children).filter((key) => key.includes("Subscription"))).toEqual([]);
  });

  it("encrypts the alarms, and not ElastiCache's events, which would not arrive", async () => {
    const { children } = await make();
    expect(children["aws:sns/topic:Topic alerts"]?.inputs).toEqual({
      kmsMasterKeyId: "arn:key",
      tags: { team: "a" },
    });
    expect(children["aws:sns/topic:Topic alerts-cache"]?.inputs).toEqual({ tags: { team: "a" } });
  });

  it("lets the services publish for this account, and nobody without TLS", async () => {
    const { children } = await make();
    const statements = (topic: string): unknown =>
      (
        JSON.parse(children[`aws:sns/topicPolicy:TopicPolicy ${topic}`]?.inputs["policy"] as string) as {
          Statement: unknown;
        }
      ).Statement;
    expect(statements("alerts")).toEqual([
      ...Object.entries(SERVICES).map(([Sid, Service]) => ({
        Sid,
        Effect: "Allow",
        Principal: { Service },
        Action: "sns:Publish",
        Resource: "arn:alerts",
        Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      })),
      onlyWithTls("arn:alerts"),
    ]);
    expect(statements("alerts-cache")).toEqual([
      {
        Sid: "CacheEvents",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "sns:Publish",
        Resource: "arn:alerts-cache",
        Condition: { StringEquals: { "aws:SourceOwner": "111122223333" } },
      },
      onlyWithTls("arn:alerts-cache"),
    ]);
  });

  it("says what the key's policy must admit", () => {
    expect(alertsStatements()).toEqual(
      Object.entries(SERVICES).map(([Sid, Service]) => ({
        Sid,
        Effect: "Allow",
        Principal: { Service },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Resource: "*",
      })),
    );
  });
});
