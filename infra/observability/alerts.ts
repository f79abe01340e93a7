import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmTopicPolicy, cacheTopicPolicy } from "./topic-policy.ts";

export interface AlertsArgs {
  readonly accountId: string;
  /** Encrypts what is published; its policy admits the publishers (`alertsStatements`). */
  readonly keyArn: pulumi.Input<string>;
  /** Who is told. Each address gets a mail of AWS's to confirm, one a topic, and hears nothing before. Default nobody. */
  readonly emails?: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Where everything that needs a person is published: made before database and cache, which name it.
 *
 * Two topics, since ElastiCache cannot publish on an encrypted one, and says nothing about it. Its events hold names
 * of nodes and what befell them, no data.
 *
 * Cost: e-mails 2 USD a 100,000 after the first 1,000 of a month, which is 0 where alarms are rare.
 */
export class Alerts extends pulumi.ComponentResource {
  /** For alarms, RDS's events, budgets and cost anomalies; known once they may publish. */
  readonly topicArn: pulumi.Output<string>;
  /** For ElastiCache's events; known once it may publish. */
  readonly cacheTopicArn: pulumi.Output<string>;

  constructor(name: string, args: AlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:observability:Alerts", name, {}, opts);

    this.topicArn = createTopic(name, { kmsMasterKeyId: args.keyArn }, alarmTopicPolicy, args, this);
    this.cacheTopicArn = createTopic(`${name}-cache`, {}, cacheTopicPolicy, args, this);
    this.registerOutputs({ topicArn: this.topicArn, cacheTopicArn: this.cacheTopicArn });
  }
}

/** The policy's resource depends on the topic; users of the ARN wait for the policy. */
function createTopic(
  child: string,
  encryption: Pick<aws.sns.TopicArgs, "kmsMasterKeyId">,
  policyOf: (topicArn: string, accountId: string) => string,
  { accountId, emails = [], tags }: AlertsArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const topic = new aws.sns.Topic(
    child,
    { ...encryption, tags },
    // The policy below would otherwise be seen here as drift.
    { parent, ignoreChanges: ["policy"] },
  );
  const policy = new aws.sns.TopicPolicy(
    child,
    { arn: topic.arn, policy: topic.arn.apply((arn) => policyOf(arn, accountId)) },
    { parent },
  );
  for (const email of emails) {
    new aws.sns.TopicSubscription(
      `${child}-${email}`,
      { topic: topic.arn, protocol: "email", endpoint: email },
      { parent },
    );
  }
  return pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
}
