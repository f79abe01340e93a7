import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { ResourceModel } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireSubnet } from "../ec2/references.ts";
import { number, object, text, texts } from "../fields.ts";
import { between, oneOf } from "../rules.ts";
import { PROXY_TARGET, PROXY_TARGET_GROUP, requireInstance, requireProxy, vpcOf } from "./references.ts";

const POOL_DOC =
  "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ConnectionPoolConfiguration.html";

/** Every proxy is born with this target group and has no other. */
const GROUP_NAME = "default";

function pool(inputs: JsonObject): Record<string, Json> {
  const given = object(inputs, "connectionPoolConfig") ?? {};
  return {
    connectionPoolConfig: {
      ...given,
      connectionBorrowTimeout: number(given, "connectionBorrowTimeout") ?? 120,
      initQuery: text(given, "initQuery") ?? "",
      maxConnectionsPercent: number(given, "maxConnectionsPercent") ?? 100,
      maxIdleConnectionsPercent: number(given, "maxIdleConnectionsPercent") ?? 50,
      sessionPinningFilters: [...texts(given, "sessionPinningFilters")],
    },
  };
}

/** Takes over the target group of a proxy; deleting it leaves the group to the proxy. */
export const proxyDefaultTargetGroup: ResourceModel = {
  type: PROXY_TARGET_GROUP,
  computed: [
    "connectionPoolConfig",
    "connectionPoolConfig.connectionBorrowTimeout",
    "connectionPoolConfig.initQuery",
    "connectionPoolConfig.maxConnectionsPercent",
    "connectionPoolConfig.maxIdleConnectionsPercent",
    "connectionPoolConfig.sessionPinningFilters",
  ],
  sets: ["connectionPoolConfig.sessionPinningFilters"],
  rules: [
    between("connectionPoolConfig.connectionBorrowTimeout", 0, 3600, POOL_DOC),
    between("connectionPoolConfig.maxConnectionsPercent", 1, 100, POOL_DOC),
    between("connectionPoolConfig.maxIdleConnectionsPercent", 0, 100, POOL_DOC),
    {
      source: POOL_DOC,
      check(inputs) {
        const config = inputs["connectionPoolConfig"];
        if (typeof config !== "object" || config === null) return [];
        const { maxConnectionsPercent: most = 100, maxIdleConnectionsPercent: idle = 50 } = config as {
          maxConnectionsPercent?: unknown;
          maxIdleConnectionsPercent?: unknown;
        };
        if (typeof most !== "number" || typeof idle !== "number" || idle <= most) return [];
        const reason = `must be at most maxConnectionsPercent (${most}), got ${idle}`;
        return [{ property: "connectionPoolConfig.maxIdleConnectionsPercent", reason }];
      },
    },
  ],
  create(inputs, account) {
    const name = text(inputs, "dbProxyName") ?? "";
    requireProxy(account, name);
    const arn = account.arn("rds", `target-group:${account.newId("prx-tg")}`, text(inputs, "region"));
    return { id: name, outputs: { ...pool(inputs), arn, name: GROUP_NAME } };
  },
  update: (_current, inputs) => pool(inputs),
};

/** The instance a proxy sends its clients to: a writer, in the proxy's network. */
export const proxyTarget: ResourceModel = {
  type: PROXY_TARGET,
  notModelled: ["dbClusterIdentifier"],
  rules: [
    oneOf(
      "targetGroupName",
      [GROUP_NAME],
      "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RegisterDBProxyTargets.html",
    ),
  ],
  create(inputs, account) {
    const proxy = requireProxy(account, text(inputs, "dbProxyName") ?? "");
    const identifier = text(inputs, "dbInstanceIdentifier") ?? "";
    const instance = requireInstance(account, identifier);
    if (account.all(PROXY_TARGET).some(({ outputs }) => outputs["dbProxyName"] === proxy.id)) {
      throw new AwsError(
        "DBProxyTargetAlreadyRegisteredFault",
        `DB proxy ${proxy.id} already has a target: it takes one DB instance`,
      );
    }
    if (text(instance.outputs, "replicateSourceDb") !== undefined) {
      throw new AwsError(
        "InvalidDBInstanceStateFault",
        `DB instance ${identifier} is a read replica: register the writer DB instance instead`,
      );
    }
    const [subnet = ""] = texts(proxy.outputs, "vpcSubnetIds");
    if (requireSubnet(account, subnet).outputs["vpcId"] !== vpcOf(account, instance)) {
      throw new AwsError(
        "InvalidDBInstanceStateFault",
        `DB instance ${identifier} is not in the VPC of DB proxy ${proxy.id}`,
      );
    }
    return {
      id: `${proxy.id}/${GROUP_NAME}/RDS_INSTANCE/${identifier}`,
      outputs: {
        dbInstanceIdentifier: identifier,
        endpoint: text(instance.outputs, "address") ?? "",
        port: number(instance.outputs, "port") ?? 0,
        rdsResourceId: identifier,
        // RDS answers none for an instance.
        targetArn: "",
        trackedClusterId: "",
        type: "RDS_INSTANCE",
      },
    };
  },
};
