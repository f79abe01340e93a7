/** One statement of a key policy. */
export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: "*";
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * The account's own IAM policies decide first, as in AWS's default policy: a key without that statement
 * can become unmanageable. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function keyPolicy(accountId: string, statements: readonly KeyStatement[]): string {
  const account: KeyStatement = {
    Sid: "AccountPolicies",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [account, ...statements] });
}

/** CloudWatch Logs, for this account's log groups alone:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
export function logsStatement(region: string, accountId: string): KeyStatement {
  return {
    Sid: "LogGroups",
    Effect: "Allow",
    Principal: { Service: `logs.${region}.amazonaws.com` },
    Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
    Resource: "*",
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${accountId}:log-group:*` },
    },
  };
}

/** The cluster's role, for Kubernetes secrets: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html */
export function clusterStatement(clusterRoleArn: string): KeyStatement {
  return {
    Sid: "KubernetesSecrets",
    Effect: "Allow",
    Principal: { AWS: clusterRoleArn },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants", "kms:CreateGrant"],
    Resource: "*",
  };
}
