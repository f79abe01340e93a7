import { Children, value } from "../testing/children.ts";
import { Keys } from "./keys.ts";

const DOMAINS = ["alerts", "cluster", "data", "logs", "registry"];
const ROLE = "arn:aws:iam::111122223333:role/cluster";

async function make(protect: boolean) {
  const children = new Children();
  const keys = new Keys(
    "keys",
    {
      region: "eu-central-1",
      accountId: "111122223333",
      clusterRoleArn: ROLE,
      alertsStatements: [ALERTS],
      deletionWindowDays: 30,
      protect,
      tags: { team: "a" },
    },
    children.options,
  );
  return { keys, children: await children.all() };
}

const ALERTS = {
  Sid: "Alarms",
  Effect: "Allow",
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
  Resource: "*",
} as const;

const ACCOUNT = {
  Sid: "AccountPolicies",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::111122223333:root" },
  Action: "kms:*",
  Resource: "*",
};

describe("Keys", () => {
  it("makes one rotated key and one policy a domain", async () => {
    const { children, keys } = await make(false);
    expect(Object.keys(children).sort()).toEqual([
      ...DOMAINS.map((domain) => `aws:kms/key:Key keys-${domain}`),
      ...DOMAINS.map((domain) => `aws:kms/keyPolicy:KeyPolicy keys-${domain}`),
      "twinstack:security:Keys keys",
    ]);
    expect(children["aws:kms/key:Key keys-logs"]?.inputs).toEqual({
      description: "CloudWatch log groups",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { team: "a", Name: "keys-logs" },
    });
    expect(await value(keys.arns.cluster)).toBe("arn:keys-cluster");
  });

  it("admits each domain's user and nobody else beside the account", async () => {
    const { children } = await make(false);
    const statements = (domain: string): unknown =>
      (
        JSON.parse(children[`aws:kms/keyPolicy:KeyPolicy keys-${domain}`]?.inputs["policy"] as string) as {
          Statement: unknown;
        }
      ).Statement;
    expect(statements("registry")).toEqual([ACCOUNT]);
    expect(statements("data")).toEqual([ACCOUNT]);
    expect(statements("alerts")).toEqual([ACCOUNT, ALERTS]);
    expect(statements("cluster")).toEqual([
      ACCOUNT,
      {
        Sid: "KubernetesSecrets",
        Effect: "Allow",
        Principal: { AWS: ROLE },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:DescribeKey", "kms:ListGrants", "kms:CreateGrant"],
        Resource: "*",
      },
    ]);
    expect(statements("logs")).toEqual([
      ACCOUNT,
      {
        Sid: "LogGroups",
        Effect: "Allow",
        Principal: { Service: "logs.eu-central-1.amazonaws.com" },
        Action: ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:111122223333:log-group:*",
          },
        },
      },
    ]);
  });

  it.each([true, false])("protects its keys when asked (%s)", async (protect) => {
    const { children } = await make(protect);
    expect(children["aws:kms/key:Key keys-cluster"]?.options.protect).toBe(protect);
  });
});
