import type { Failure } from "../../../provider/provider.ts";
import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSubnet, requireVpc } from "../ec2/references.ts";
import { isObject, number, objects, text, texts } from "../fields.ts";
import { roleByArn } from "../iam/references.ts";
import { between, isArn, longest, oneOf } from "../rules.ts";
import { identifierRule } from "./identifiers.ts";
import { checkSecurityGroups, endpointHash, PROXY } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html";
const AUTH_DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_UserAuthConfig.html";

const SECRET = "aws:secretsmanager/secret:Secret";

function only(entry: JsonObject, at: string, key: string, allowed: readonly string[]): Failure[] {
  const value = text(entry, key);
  if (value === undefined || allowed.includes(value)) return [];
  return [{ property: `${at}.${key}`, reason: `must be one of ${allowed.join(", ")}, got "${value}"` }];
}

/** IAM tokens are AWS's alone: here a client proves itself by the password in the secret. */
const auths: Rule = {
  source: AUTH_DOC,
  check(inputs) {
    const list = inputs["auths"];
    if (list === undefined || (Array.isArray(list) && list.length === 0)) {
      return [{ property: "auths", reason: "needs at least one entry with a secretArn" }];
    }
    if (!Array.isArray(list)) return [];
    return (list as readonly Json[]).flatMap((entry, index): Failure[] => {
      if (!isObject(entry)) return [];
      const at = `auths[${index}]`;
      const failures = [
        ...only(entry, at, "authScheme", ["SECRETS"]),
        ...only(entry, at, "iamAuth", ["DISABLED"]),
        ...only(entry, at, "clientPasswordAuthType", ["POSTGRES_SCRAM_SHA_256"]),
      ];
      if (entry["secretArn"] === undefined) {
        failures.push({ property: `${at}.secretArn`, reason: "is required with authScheme SECRETS" });
      }
      if (entry["username"] !== undefined) {
        failures.push({
          property: `${at}.username`,
          reason: "is not modelled by the stand-in for AWS; the secret holds the user's name",
        });
      }
      return failures;
    });
  },
};

/** Subnets in two zones at least, all in one network; answers the network. */
function networkOf(inputs: JsonObject, account: Account): string {
  const subnets = texts(inputs, "vpcSubnetIds").map((id) => requireSubnet(account, id).outputs);
  const networks = [...new Set(subnets.map((outputs) => text(outputs, "vpcId") ?? ""))];
  const zones = new Set(subnets.map((outputs) => text(outputs, "availabilityZone") ?? ""));
  if (networks.length > 1) throw new AwsError("InvalidSubnet", "All subnets must belong to the same VPC");
  if (zones.size < 2) {
    throw new AwsError("InvalidSubnet", "DB proxy needs subnets in at least two Availability Zones");
  }
  return networks[0] ?? "";
}

function checkCredentials(inputs: JsonObject, account: Account): void {
  const roleArn = text(inputs, "roleArn") ?? "";
  const role = roleByArn(account, roleArn);
  if (!role || !(text(role.outputs, "assumeRolePolicy") ?? "").includes("rds.amazonaws.com")) {
    throw new AwsError(
      "InvalidParameterValue",
      `IAM role ${roleArn} does not exist or does not trust rds.amazonaws.com`,
    );
  }
  for (const auth of objects(inputs, "auths")) {
    const arn = text(auth, "secretArn") ?? "";
    if (account.get(SECRET, arn)) continue;
    throw new AwsError("InvalidParameterValue", `The secret ${arn} does not exist`);
  }
}

function placed(inputs: JsonObject, account: Account): Record<string, Json> {
  const vpcId = networkOf(inputs, account);
  const asked = texts(inputs, "vpcSecurityGroupIds");
  checkSecurityGroups(account, asked, vpcId);
  const groups =
    asked.length > 0
      ? [...asked]
      : [text(requireVpc(account, vpcId).outputs, "defaultSecurityGroupId") ?? ""];
  return { idleClientTimeout: number(inputs, "idleClientTimeout") ?? 1800, vpcSecurityGroupIds: groups };
}

/** Sends clients to its target's primary over a pool of connections. */
export const proxy: ResourceModel = {
  type: PROXY,
  autoname: { property: "name", maxLength: 255 },
  computed: ["auths.clientPasswordAuthType"],
  notModelled: ["defaultAuthScheme"],
  sets: ["auths"],
  rules: [
    identifierRule("name", 63, DOC),
    oneOf("engineFamily", ["POSTGRESQL"], DOC),
    oneOf("endpointNetworkType", ["IPV4"], DOC),
    oneOf("targetConnectionNetworkType", ["IPV4"], DOC),
    between("idleClientTimeout", 1, 28800, DOC),
    isArn("roleArn", DOC),
    longest("roleArn", 2048, DOC),
    auths,
  ],
  create(inputs, account) {
    const name = text(inputs, "name") ?? "";
    const region = text(inputs, "region") ?? account.region;
    if (account.get(PROXY, name)) {
      throw new AwsError("DBProxyAlreadyExistsFault", `DB proxy ${name} already exists`);
    }
    checkCredentials(inputs, account);
    return {
      id: name,
      outputs: {
        ...placed(inputs, account),
        arn: account.arn("rds", `db-proxy:${account.newId("prx")}`, region),
        defaultAuthScheme: "NONE",
        endpoint: `${name}.proxy-${endpointHash(account, region)}.${region}.rds.amazonaws.com`,
        endpointNetworkType: "IPV4",
        targetConnectionNetworkType: "IPV4",
      },
    };
  },
  update(current, inputs, account) {
    if (text(inputs, "name") !== text(current.outputs, "name")) {
      throw new AwsError(
        "InvalidParameterValue",
        `DB proxy ${current.id}: a change of its name is not modelled by the stand-in; make another one`,
      );
    }
    checkCredentials(inputs, account);
    return placed(inputs, account);
  },
};
