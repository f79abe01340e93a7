import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ADMIN_USER, READ_ONLY_USER, READ_WRITE_USER, type DatabaseArgs } from "./options.ts";

/** A user's password, and the entry in Secrets Manager that holds both. */
export interface Credential {
  readonly username: string;
  /** Secret. */
  readonly password: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;
  readonly version: aws.secretsmanager.SecretVersion;
}

export interface Credentials {
  readonly admin: Credential;
  readonly readWrite: Credential;
  readonly readOnly: Credential;
}

export function createCredentials(name: string, args: DatabaseArgs, parent: pulumi.Resource): Credentials {
  const credential = (role: string, username: string): Credential =>
    createCredential(`${name}-${role}`, username, args, parent);
  return {
    admin: credential("admin", ADMIN_USER),
    readWrite: credential("read-write", READ_WRITE_USER),
    readOnly: credential("read-only", READ_ONLY_USER),
  };
}

/** Letters and digits alone: RDS takes no / @ " or blank, and a URL would have to escape others. */
function createCredential(
  child: string,
  username: string,
  args: DatabaseArgs,
  parent: pulumi.Resource,
): Credential {
  const password = new random.RandomPassword(child, { length: 40, special: false }, { parent });
  // Named by Pulumi: a deleted secret keeps its name for as long as it can be brought back.
  const secret = new aws.secretsmanager.Secret(
    child,
    {
      description: `${username} of ${args.identifier}`,
      kmsKeyId: args.dataKeyArn,
      recoveryWindowInDays: args.protect ? 30 : 0,
      tags: args.tags,
    },
    { parent },
  );
  const version = new aws.secretsmanager.SecretVersion(
    child,
    {
      secretId: secret.id,
      // The two members that RDS Proxy reads.
      secretString: pulumi.jsonStringify({ username, password: password.result }),
    },
    { parent },
  );
  return { username, password: password.result, secretArn: secret.arn, version };
}
