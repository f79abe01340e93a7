/** Who may reach the database: its users, the pooler and the rules of the security groups. */
import { value } from "../testing/children.ts";
import { begin, EGRESS, INGRESS, make, PASSWORDS, PROXY, secret } from "./testing.ts";

describe("Database", () => {
  it("keeps each user's password in an encrypted secret", async () => {
    const { children, database } = await make();
    const users = { admin: "twinstack_admin", "read-write": "app_rw", "read-only": "app_ro" };
    for (const [child, username] of Object.entries(users)) {
      expect(children[`random:index/randomPassword:RandomPassword database-${child}`]?.inputs).toEqual({
        length: 40,
        special: false,
      });
      expect(children[`aws:secretsmanager/secret:Secret database-${child}`]?.inputs).toEqual({
        description: `${username} of twinstack-test`,
        kmsKeyId: "arn:data-key",
        recoveryWindowInDays: 0,
        tags: { team: "a" },
      });
      const version = children[`aws:secretsmanager/secretVersion:SecretVersion database-${child}`];
      expect(version?.inputs["secretId"]).toBe(`database-${child}-id`);
      const password = PASSWORDS[`database-${child}`];
      expect(version?.inputs["secretString"]).toEqual(secret(JSON.stringify({ username, password })));
    }
    expect(await value(database.secretArns)).toEqual({
      admin: "arn:database-admin",
      readWrite: "arn:database-read-write",
      readOnly: "arn:database-read-only",
    });
  });

  it("pools the writes of app_rw alone, over TLS alone, and leaves connections to others", async () => {
    const { children } = await make();
    expect(children[PROXY]?.inputs).toEqual({
      name: "twinstack-test",
      engineFamily: "POSTGRESQL",
      requireTls: true,
      roleArn: "arn:database-pooler",
      auths: [
        {
          authScheme: "SECRETS",
          iamAuth: "DISABLED",
          clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256",
          secretArn: "arn:database-read-write",
        },
      ],
      idleClientTimeout: 1800,
      vpcSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      vpcSecurityGroupIds: ["database-pooler-id"],
      tags: { team: "a" },
    });
    expect(
      children["aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup database-pooler"]?.inputs,
    ).toEqual({
      dbProxyName: "twinstack-test",
      connectionPoolConfig: {
        connectionBorrowTimeout: 10,
        maxConnectionsPercent: 80,
        maxIdleConnectionsPercent: 40,
      },
    });
    expect(children["aws:rds/proxyTarget:ProxyTarget database-pooler"]?.inputs).toEqual({
      dbProxyName: "twinstack-test",
      targetGroupName: "default",
      dbInstanceIdentifier: "twinstack-test",
    });
  });

  it("lets the pooler read that secret and its key, and nothing else", async () => {
    const { children } = await make();
    const policy = children["aws:iam/rolePolicy:RolePolicy database-pooler"];
    expect(policy?.inputs["role"]).toBe("database-pooler-id");
    expect(JSON.parse(policy?.inputs["policy"] as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: ["arn:database-read-write"],
        },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: "arn:data-key",
          Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        },
      ],
    });
    const trust: unknown = JSON.parse(
      children["aws:iam/role:Role database-pooler"]?.inputs["assumeRolePolicy"] as string,
    );
    expect(trust).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: ["sts:AssumeRole"] },
      ],
    });
  });

  it("opens one port, from the cluster and the pooler alone", async () => {
    const { children } = await make();
    const port = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    const rules = Object.entries(children)
      .filter(([key]) => key.startsWith(INGRESS) || key.startsWith(EGRESS))
      .map(([key, { inputs }]) => [
        key.split(" ")[1],
        inputs["referencedSecurityGroupId"],
        inputs["securityGroupId"],
        { ipProtocol: inputs["ipProtocol"], fromPort: inputs["fromPort"], toPort: inputs["toPort"] },
      ]);
    expect(rules.sort()).toEqual([
      ["database-from-cluster", "sg-cluster", "database-instances-id", port],
      ["database-from-pooler", "database-pooler-id", "database-instances-id", port],
      ["database-pooler-from-cluster", "sg-cluster", "database-pooler-id", port],
      ["database-pooler-to-instances", "database-instances-id", "database-pooler-id", port],
    ]);
  });

  it("does not wait for the cluster, which takes many minutes itself", async () => {
    let made = (_id: string): void => undefined;
    const clusterSecurityGroupId = new Promise<string>((resolve) => (made = resolve));
    const { database, children } = begin({ clusterSecurityGroupId });
    expect(await value(database.writer)).toEqual({ host: "pooler.test", port: 5432 });
    expect(await value(database.readers)).toHaveLength(2);
    made("sg-late");
    const rule = (await children.all())[`${INGRESS} database-from-cluster`];
    expect(rule?.inputs["referencedSecurityGroupId"]).toBe("sg-late");
  });
});
