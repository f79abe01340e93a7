import { AwsError } from "../model.ts";
import { MemoryAccount } from "../testing.ts";
import { text } from "./fields.ts";
import { functionModel, resourceModel } from "./index.ts";

const KEY = "aws:kms/key:Key";
const ROOT = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::000000000000:root" },
  Action: "kms:*",
  Resource: "*",
};
const policyOf = (...statements: readonly object[]): string => JSON.stringify({ Statement: statements });

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

function invoke(token: string, args = {}) {
  return functionModel(token)?.invoke(args, account);
}

describe("KMS", () => {
  it("answers a key and an alias as KMS does", () => {
    const key = account.make(KEY, { enableKeyRotation: true });
    expect(key.outputs).toMatchObject({
      arn: `arn:aws:kms:eu-central-1:000000000000:key/${key.id}`,
      keyId: key.id,
      rotationPeriodInDays: 365,
    });
    const alias = account.make("aws:kms/alias:Alias", { name: "alias/a", targetKeyId: key.id });
    expect(alias.outputs).toMatchObject({ targetKeyArn: key.outputs["arn"] });
    expect(() => account.make("aws:kms/alias:Alias", { name: "alias/a", targetKeyId: key.id })).toThrow(
      "An alias with the name arn:aws:kms:eu-central-1:000000000000:alias/a already exists",
    );
    expect(() => account.make("aws:kms/alias:Alias", { name: "alias/b", targetKeyId: "gone" })).toThrow(
      new AwsError(
        "NotFoundException",
        "Key 'arn:aws:kms:eu-central-1:000000000000:key/gone' does not exist",
      ),
    );
  });

  it("refuses a policy that locks everybody out", () => {
    const decrypt = { ...ROOT, Action: "kms:Decrypt" };
    expect(() => account.make(KEY, { policy: policyOf(decrypt) })).toThrow(
      "The new key policy will not allow you to update the key policy in the future.",
    );
    expect(() => account.make(KEY, { policy: policyOf(decrypt, ROOT) })).not.toThrow();
    expect(() =>
      account.make(KEY, { policy: policyOf(decrypt), bypassPolicyLockoutSafetyCheck: true }),
    ).not.toThrow();
  });

  it("keeps the waiting time of a deletion within KMS's limits", () => {
    const check = (days: number) =>
      resourceModel(KEY)?.rules?.flatMap((rule) => rule.check({ deletionWindowInDays: days }));
    expect(check(6)).toEqual([
      { property: "deletionWindowInDays", reason: "must be between 7 and 30, got 6" },
    ]);
    expect(check(7)).toEqual([]);
  });
});

describe("CloudWatch Logs", () => {
  const GROUP = "aws:cloudwatch/logGroup:LogGroup";

  it("has one group of a name", () => {
    const group = account.make(GROUP, { name: "/a" });
    expect(group.outputs["arn"]).toBe("arn:aws:logs:eu-central-1:000000000000:log-group:/a");
    expect(() => account.make(GROUP, { name: "/a" })).toThrow("The specified log group already exists");
  });

  it("encrypts only with a key the service may use", () => {
    const key = account.make(KEY, {});
    const make = (): unknown => account.make(GROUP, { name: "/a", kmsKeyId: text(key.outputs, "arn") ?? "" });
    expect(make).toThrow("The specified KMS key does not exist or is not allowed to be used with Arn");
    const logs = {
      ...ROOT,
      Principal: { Service: "logs.eu-central-1.amazonaws.com" },
      Action: "kms:Encrypt*",
    };
    account.make("aws:kms/keyPolicy:KeyPolicy", { keyId: key.id, policy: policyOf(ROOT, logs) });
    expect(make).not.toThrow();
    const elsewhere = { name: "/b", kmsKeyId: text(key.outputs, "arn") ?? "", region: "us-east-1" };
    expect(() => account.make(GROUP, elsewhere)).toThrow("is not allowed to be used with Arn");
  });
});

describe("ECR", () => {
  const REPOSITORY = "aws:ecr/repository:Repository";

  it("answers a repository as ECR does, one of a name", () => {
    const repository = account.make(REPOSITORY, { name: "team/app" });
    expect(repository.outputs).toMatchObject({
      arn: "arn:aws:ecr:eu-central-1:000000000000:repository/team/app",
      encryptionConfigurations: [{ encryptionType: "AES256", kmsKey: "" }],
      repositoryUrl: "000000000000.dkr.ecr.eu-central-1.amazonaws.com/team/app",
    });
    expect(() => account.make(REPOSITORY, { name: "team/app" })).toThrow(
      "The repository with name 'team/app' already exists in the registry with id '000000000000'",
    );
  });

  it("refuses lifecycle policies ECR refuses", () => {
    account.make(REPOSITORY, { name: "app" });
    const make =
      (policy: unknown, repository = "app") =>
      () =>
        account.make("aws:ecr/lifecyclePolicy:LifecyclePolicy", {
          repository,
          policy: JSON.stringify(policy),
        });
    const rule = {
      rulePriority: 1,
      selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 5 },
      action: { type: "expire" },
    };
    expect(make({ rules: [rule] }, "none")).toThrow("The repository with name 'none' does not exist");
    expect(make({ rules: [] })).toThrow("rules must hold at least one rule");
    expect(make({ rules: [rule, rule] })).toThrow("rulePriority must be unique");
    expect(make({ rules: [{ ...rule, action: { type: "delete" } }] })).toThrow("action.type must be expire");
    expect(make({ rules: [rule] })).not.toThrow();
  });

  it("hands out a login in AWS's shape", () => {
    const token = invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken");
    expect(token).toMatchObject({
      proxyEndpoint: "https://000000000000.dkr.ecr.eu-central-1.amazonaws.com",
      userName: "AWS",
    });
    expect(Buffer.from(text(token ?? {}, "authorizationToken") ?? "", "base64").toString()).toBe(
      `AWS:${text(token ?? {}, "password") ?? ""}`,
    );
  });
});

describe("Secrets Manager", () => {
  const SECRET = "aws:secretsmanager/secret:Secret";

  it("has one secret of a name, and versions of what exists", () => {
    const secret = account.make(SECRET, { name: "app/db" });
    expect(secret.id).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:000000000000:secret:app\/db-[A-Za-z0-9]{6}$/,
    );
    expect(() => account.make(SECRET, { name: "app/db" })).toThrow("the secret app/db already exists.");
    const put = (secretId: string) =>
      account.make("aws:secretsmanager/secretVersion:SecretVersion", { secretId, secretString: "x" });
    const version = put("app/db");
    expect(version.id).toBe(`${secret.id}|${text(version.outputs, "versionId") ?? ""}`);
    expect(version.outputs).toMatchObject({ secretArn: secret.id, versionStages: ["AWSCURRENT"] });
    expect(() => put("none")).toThrow("Secrets Manager can't find the specified secret.");
  });

  it("answers the newest version of a stage, or the version that is named, and no other secret's", () => {
    const token = "aws:secretsmanager/getSecretVersion:getSecretVersion";
    const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
    const { id: secretId } = account.make(SECRET, { name: "app/db" });
    const other = account.make(SECRET, { name: "app/other" });
    const first = account.make(VERSION, { secretId, secretString: "first" });
    const second = account.make(VERSION, { secretId: "app/db", secretString: "second" });
    account.make(VERSION, { secretId: other.id, secretString: "other" });
    expect(invoke(token, { secretId })).toEqual({
      id: `${secretId}|AWSCURRENT`,
      arn: secretId,
      region: "eu-central-1",
      secretId,
      secretBinary: "",
      secretString: "second",
      versionId: text(second.outputs, "versionId"),
      versionStages: ["AWSCURRENT"],
    });
    const versionId = text(first.outputs, "versionId") ?? "";
    expect(invoke(token, { secretId: "app/db", versionId })?.["secretString"]).toBe("first");
    expect(functionModel(token)?.secrets).toEqual(["secretBinary", "secretString"]);
    expect(() => invoke(token, { secretId, versionStage: "AWSPENDING" })).toThrow(
      "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    );
    expect(() => invoke(token, { secretId, versionId: "none" })).toThrow(
      "Secrets Manager can't find the specified secret value for VersionId: none",
    );
    expect(() => invoke(token, { secretId: "none" })).toThrow("can't find the specified secret.");
  });
});

describe("the account's functions", () => {
  it("knows the zones, and what of them is asked for", () => {
    const token = "aws:index/getAvailabilityZones:getAvailabilityZones";
    expect(invoke(token)).toMatchObject({
      names: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
      zoneIds: ["euc1-az1", "euc1-az2", "euc1-az3"],
    });
    expect(invoke(token, { excludeNames: ["eu-central-1b"], region: "ap-northeast-1" })?.["zoneIds"]).toEqual(
      ["apne1-az1", "apne1-az2", "apne1-az3"],
    );
    const filters = [{ name: "zone-name", values: ["eu-central-1c"] }];
    expect(invoke(token, { filters })?.["names"]).toEqual(["eu-central-1c"]);
    expect(() => invoke(token, { filters: [{ name: "colour", values: ["x"] }] })).toThrow(
      "The filter 'colour' is invalid",
    );
  });

  it("knows who and where it is", () => {
    expect(invoke("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({
      accountId: "000000000000",
    });
    expect(invoke("aws:index/getRegion:getRegion")).toMatchObject({
      region: "eu-central-1",
      description: "Europe (Frankfurt)",
    });
    expect(invoke("aws:index/getPartition:getPartition")).toMatchObject({
      partition: "aws",
      dnsSuffix: "amazonaws.com",
    });
  });

  it("knows CloudFront's prefix list", () => {
    const name = "com.amazonaws.global.cloudfront.origin-facing";
    const list = invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", { name });
    expect(list).toMatchObject({ name, ownerId: "AWS", addressFamily: "IPv4" });
    expect(() => invoke("aws:ec2/getManagedPrefixList:getManagedPrefixList", { name: "no" })).toThrow(
      "no matching EC2 Managed Prefix List found",
    );
  });
});
