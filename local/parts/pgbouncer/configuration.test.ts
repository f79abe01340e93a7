import { MemoryAccount } from "../../aws/testing.ts";
import { configuration, consolePassword, userList } from "./configuration.ts";
import { hostName, layoutOf } from "./layout.ts";
import { userOf } from "./secret-users.ts";
import type { ProxyInput } from "./proxy-input.ts";

const LAYOUT = layoutOf({ dataDir: () => "/data" }, "px-1");
const INPUT: ProxyInput = {
  id: "quiz",
  endpoint: "quiz.proxy-c1.eu-central-1.rds.amazonaws.com",
  subnetId: "subnet-a",
  securityGroups: [],
  requireTls: true,
  idleClientSeconds: 1800,
  debugLogging: false,
  borrowSeconds: 10,
  initQuery: "",
  users: [],
  problems: [],
  target: {
    host: "quiz.c1.eu-central-1.rds.amazonaws.com",
    port: 5432,
    databases: ["quiz", "postgres"],
    connections: 80,
    maxConnections: 100,
  },
};

const lines = (change: Partial<ProxyInput>) =>
  configuration({ ...INPUT, ...change }, "10.0.0.4", LAYOUT).split("\n");

describe("pgbouncer.ini", () => {
  it("verifies the database's certificate, and takes limits from the target group", () => {
    expect(lines({})).toEqual(
      expect.arrayContaining([
        "quiz = host=quiz.c1.eu-central-1.rds.amazonaws.com port=5432",
        "postgres = host=quiz.c1.eu-central-1.rds.amazonaws.com port=5432",
        "listen_addr = 10.0.0.4",
        "auth_type = scram-sha-256",
        "pool_mode = transaction",
        "client_tls_sslmode = require",
        "server_tls_sslmode = verify-full",
        "server_tls_ca_file = /data/px-1/authority.crt",
        "default_pool_size = 80",
        "max_db_connections = 80",
        "query_wait_timeout = 10",
        "client_idle_timeout = 1800",
      ]),
    );
  });

  it("has no database before there is a target", () => {
    const text = lines({ target: undefined });
    expect(text.slice(1, 4)).toEqual(["[databases]", "", "[pgbouncer]"]);
  });

  it("lets in plain clients only when TLS is not required, and runs the init query", () => {
    expect(lines({ requireTls: false })).toContain("client_tls_sslmode = allow");
    expect(lines({ initQuery: "SET search_path = 'a'" })).toContain(
      "quiz = host=quiz.c1.eu-central-1.rds.amazonaws.com port=5432 connect_query='SET search_path = ''a'''",
    );
  });
});

describe("the users' file", () => {
  it("holds the console's password too, which is found again", () => {
    const text = userList([{ name: "app_rw", password: 'a"b' }], "c0ffee");
    expect(text).toBe('"twinstack_console" "c0ffee"\n"app_rw" "a""b"\n');
    expect(consolePassword(text)).toBe("c0ffee");
    expect(consolePassword('"app_rw" "c0ffee"\n')).toBeUndefined();
  });
});

it("names a host within twelve characters, the same for the same proxy", () => {
  expect(hostName("quiz")).toMatch(/^px-[0-9a-f]{8}$/);
  expect(hostName("quiz")).toBe(hostName("quiz"));
  expect(hostName("other")).not.toBe(hostName("quiz"));
});

describe("the users of a proxy", () => {
  const account = new MemoryAccount();
  const key = account.make("aws:kms/key:Key", {}).outputs["arn"] as string;
  const secret = account.make("aws:secretsmanager/secret:Secret", { name: "rw", kmsKeyId: key }).id;
  const trust = { Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: "sts:AssumeRole" };
  const role = account.make("aws:iam/role:Role", {
    name: "pooler",
    assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: trust }),
  });
  const roleArn = role.outputs["arn"] as string;
  const read = {
    Effect: "Allow",
    Action: "secretsmanager:GetSecretValue",
    Resource: `${secret.slice(0, -3)}*`,
  };
  const decrypt = { Effect: "Allow", Action: ["kms:Decrypt"], Resource: [key] };
  const policy = (...Statement: readonly object[]) =>
    account.make("aws:iam/rolePolicy:RolePolicy", {
      name: `p${Statement.length}`,
      role: "pooler",
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });

  it("are those of the secrets that the role may read and decrypt", () => {
    expect(userOf(secret, roleArn, account)).toEqual({
      problem: `${roleArn} may not secretsmanager:GetSecretValue ${secret}`,
    });
    policy(read);
    expect(userOf(secret, roleArn, account)).toEqual({
      problem: `${roleArn} may not kms:Decrypt ${key}, the key of ${secret}`,
    });
    policy(read, decrypt);
    expect(userOf(secret, roleArn, account)).toEqual({
      problem: `the secret ${secret} has no version with {"username":…,"password":…}`,
    });
    const version = (secretString: string) =>
      account.make("aws:secretsmanager/secretVersion:SecretVersion", { secretId: secret, secretString });
    version("no JSON");
    expect(userOf(secret, roleArn, account)).toHaveProperty("problem");
    version(JSON.stringify({ username: "app_rw", password: "old" }));
    version(JSON.stringify({ username: "app_rw", password: "new" }));
    expect(userOf(secret, roleArn, account)).toEqual({ user: { name: "app_rw", password: "new" } });
  });
});
