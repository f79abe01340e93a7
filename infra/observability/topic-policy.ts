import type { KeyStatement } from "../security/key-policy.ts";

/** Services that publish what went wrong: alarms, RDS's events, budgets, cost anomalies. */
const PUBLISHERS = {
  Alarms: "cloudwatch.amazonaws.com",
  DatabaseEvents: "events.rds.amazonaws.com",
  Budgets: "budgets.amazonaws.com",
  CostAnomalies: "costalerts.amazonaws.com",
} as const;

/**
 * The services may publish for this account, and nobody without TLS.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function alarmTopicPolicy(topicArn: string, accountId: string): string {
  return document([
    ...Object.entries(PUBLISHERS).map(([sid, service]) => ({
      Sid: sid,
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    })),
    onlyWithTls(topicArn),
  ]);
}

/**
 * ElastiCache publishes in the account's name. With aws:SourceAccount in place of aws:SourceOwner it sets the topic
 * inactive without a word: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.SNS.html
 */
export function cacheTopicPolicy(topicArn: string, accountId: string): string {
  return document([
    {
      Sid: "CacheEvents",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceOwner": accountId } },
    },
    onlyWithTls(topicArn),
  ]);
}

/**
 * What the key's policy must say for the services to publish on an encrypted topic. For whom they publish is the
 * topic's policy's to decide. Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function alertsStatements(): KeyStatement[] {
  return Object.entries(PUBLISHERS).map(([sid, service]) => ({
    Sid: sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  }));
}

function document(statements: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function onlyWithTls(topicArn: string): object {
  return {
    Sid: "OnlyWithTls",
    Effect: "Deny",
    Principal: "*",
    Action: "sns:Publish",
    Resource: topicArn,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}
