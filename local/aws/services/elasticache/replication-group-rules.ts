/** What the provider and ElastiCache check in a replication group by itself. */
import { UNKNOWN, type Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";
import { between, isArn, longest, matches, oneOf } from "../rules.ts";
import { ENGINES, NODE_TYPES, releaseOf, versionsOf } from "./engines.ts";
import { dailyWindow, weeklyWindow } from "./windows.ts";

const DOC =
  "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html";
const PROVIDER_DOC =
  "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/elasticache_replication_group";
const AUTH_DOC = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html";
const FAILOVER_DOC = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html";
const LOG_DOC = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html";

type Inputs = Readonly<Record<string, unknown>>;

function rule(source: string, check: (inputs: Inputs) => readonly Failure[]): Rule {
  return { source, check };
}

function when(wrong: boolean, property: string, reason: string): readonly Failure[] {
  return wrong ? [{ property, reason }] : [];
}

const required = rule(DOC, ({ nodeType, subnetGroupName }) => [
  ...when(nodeType === undefined, "nodeType", "must be given, e.g. cache.t4g.small"),
  ...when(
    subnetGroupName === undefined,
    "subnetGroupName",
    "must be given: the default VPC, where the nodes would be, is not modelled by the stand-in",
  ),
]);

const version = rule(DOC, ({ engine = "redis", engineVersion }) => {
  if (typeof engine !== "string" || typeof engineVersion !== "string") return [];
  const known = versionsOf(engine);
  return when(
    known.length > 0 && releaseOf(engine, engineVersion) === undefined,
    "engineVersion",
    `of ${engine} must be one of ${known.join(", ")}, got "${engineVersion}"`,
  );
});

/** The reasons leave the value out: it is a secret. */
const authToken = rule(AUTH_DOC, ({ authToken: token, authTokenUpdateStrategy: strategy }) => {
  const deleted = when(
    strategy === "DELETE" && token !== undefined,
    "authTokenUpdateStrategy",
    "DELETE takes the token away: leave authToken out",
  );
  if (typeof token !== "string") return deleted;
  const length = token.length;
  return [
    ...deleted,
    ...when(length < 16 || length > 128, "authToken", `must have 16 to 128 characters, got ${length}`),
    ...when(!/^[\x21-\x7e]*$/.test(token), "authToken", "must be printable ASCII without spaces"),
    ...when(/[@"/]/.test(token), "authToken", 'must not contain any of @ " /'),
  ];
});

const transit = rule(
  "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
  ({ transitEncryptionEnabled: enabled, transitEncryptionMode: mode, authToken: token }) => {
    if (enabled === UNKNOWN || enabled === true) {
      return when(
        mode === "preferred",
        "transitEncryptionMode",
        '"preferred" (with and without TLS at once) is not modelled by the stand-in; write "required"',
      );
    }
    const reason =
      token === undefined
        ? "must be true: groups without TLS are not modelled by the stand-in"
        : "must be true: an AUTH token is only supported when encryption in transit is enabled";
    return [{ property: "transitEncryptionEnabled", reason }];
  },
);

const failover = rule(
  FAILOVER_DOC,
  ({ automaticFailoverEnabled: automatic, multiAzEnabled, numCacheClusters = 1 }) => [
    ...when(
      automatic === true && typeof numCacheClusters === "number" && numCacheClusters < 2,
      "numCacheClusters",
      `must be at least 2 if automaticFailoverEnabled is true, got ${String(numCacheClusters)}`,
    ),
    ...when(
      multiAzEnabled === true && automatic !== true && automatic !== UNKNOWN,
      "automaticFailoverEnabled",
      "must be true if multiAzEnabled is true",
    ),
    ...when(
      automatic !== true &&
        automatic !== UNKNOWN &&
        typeof numCacheClusters === "number" &&
        numCacheClusters > 1,
      "automaticFailoverEnabled",
      "must be true with replicas: recovery of a primary in place, from a replica, is not modelled by the stand-in",
    ),
  ],
);

const atRest = rule(
  "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/at-rest-encryption.html",
  ({ kmsKeyId, atRestEncryptionEnabled: enabled, engine }) =>
    when(
      kmsKeyId !== undefined &&
        enabled !== true &&
        enabled !== UNKNOWN &&
        !(enabled === undefined && engine === "valkey"),
      "atRestEncryptionEnabled",
      "must be true if kmsKeyId is given",
    ),
);

const zones = rule(DOC, ({ preferredCacheClusterAzs: preferred, numCacheClusters = 1 }) =>
  when(
    Array.isArray(preferred) && typeof numCacheClusters === "number" && preferred.length !== numCacheClusters,
    "preferredCacheClusterAzs",
    `must name one zone for each of the ${String(numCacheClusters)} nodes`,
  ),
);

const LOG_TYPES = ["slow-log", "engine-log"];
const FORMATS = ["json", "text"];

const logs = rule(LOG_DOC, ({ logDeliveryConfigurations: list }) => {
  if (!Array.isArray(list)) return [];
  const blocks = list as readonly Inputs[];
  return blocks.flatMap(({ destinationType, logFormat, logType }, index) => {
    const at = `logDeliveryConfigurations[${index}]`;
    const bad = (allowed: readonly string[], value: unknown): boolean =>
      typeof value === "string" && !allowed.includes(value);
    return [
      ...when(
        bad(["cloudwatch-logs"], destinationType),
        `${at}.destinationType`,
        `only cloudwatch-logs is modelled by the stand-in, got "${String(destinationType)}"`,
      ),
      ...when(bad(FORMATS, logFormat), `${at}.logFormat`, `must be one of ${FORMATS.join(", ")}`),
      ...when(bad(LOG_TYPES, logType), `${at}.logType`, `must be one of ${LOG_TYPES.join(", ")}`),
      ...when(
        typeof logType === "string" && blocks.findIndex((block) => block["logType"] === logType) < index,
        `${at}.logType`,
        `"${String(logType)}" is delivered twice, write each once`,
      ),
    ];
  });
});

export const rules: readonly Rule[] = [
  matches(
    "replicationGroupId",
    /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)$/,
    "1 to 40 letters, digits and single hyphens, a letter first and no hyphen last",
    PROVIDER_DOC,
  ),
  matches("description", /^[^]+$/, "text that is not empty", PROVIDER_DOC),
  longest("description", 1024, DOC),
  oneOf("engine", ENGINES, PROVIDER_DOC),
  oneOf(
    "nodeType",
    NODE_TYPES,
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheNodes.SupportedTypes.html",
  ),
  oneOf("clusterMode", ["disabled"], DOC),
  oneOf("authTokenUpdateStrategy", ["SET", "ROTATE", "DELETE"], PROVIDER_DOC),
  oneOf("transitEncryptionMode", ["preferred", "required"], PROVIDER_DOC),
  between("numCacheClusters", 1, 6, DOC),
  between("port", 1, 65535, DOC),
  between("snapshotRetentionLimit", 0, 35, PROVIDER_DOC),
  dailyWindow("snapshotWindow", DOC),
  weeklyWindow("maintenanceWindow", DOC),
  isArn("notificationTopicArn", PROVIDER_DOC),
  isArn("kmsKeyId", PROVIDER_DOC),
  required,
  version,
  authToken,
  transit,
  failover,
  atRest,
  zones,
  logs,
];
