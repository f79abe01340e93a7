import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";
import { tryParseCidr } from "../../../cidr.ts";
import { isArn, matches, oneOf } from "../rules.ts";

const CREATE_DOC = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html";
const NETWORK_DOC =
  "https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html";
const AUTO_DOC = "https://docs.aws.amazon.com/eks/latest/userguide/automode.html";

/** Standard and extended support in November 2026, newest last. https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html */
export const VERSIONS = ["1.31", "1.32", "1.33", "1.34", "1.35"] as const;

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** The three switches of Auto Mode; `undefined` for one that is not known yet or not given. */
export function autoModeSwitches(inputs: Readonly<Record<string, unknown>>): readonly unknown[] {
  return [
    member(inputs["computeConfig"], "enabled"),
    member(member(inputs["kubernetesNetworkConfig"], "elasticLoadBalancing"), "enabled"),
    member(member(inputs["storageConfig"], "blockStorage"), "enabled"),
  ];
}

const autoMode: Rule = {
  source: AUTO_DOC,
  check(inputs) {
    const switches = autoModeSwitches(inputs);
    // Anything but true, false and absent is not known yet.
    if (switches.some((value) => value !== undefined && typeof value !== "boolean")) return [];
    const on = switches.filter((value) => value === true).length;
    const failures: Failure[] = [];
    if (on > 0 && on < 3) {
      failures.push({
        property: "computeConfig.enabled",
        reason:
          "compute_config.enabled, kubernetes_networking_config.elastic_load_balancing.enabled, and " +
          "storage_config.block_storage.enabled must all be set to either true or false",
      });
    }
    if (on === 3 && inputs["bootstrapSelfManagedAddons"] === true) {
      failures.push({
        property: "bootstrapSelfManagedAddons",
        reason: "must be false with EKS Auto Mode; its default is true",
      });
    }
    return failures;
  },
};

const nodePools: Rule = {
  source: AUTO_DOC,
  check(inputs) {
    const pools = member(inputs["computeConfig"], "nodePools");
    if (!Array.isArray(pools)) return [];
    const failures = (pools as readonly unknown[]).flatMap((pool, index): Failure[] =>
      typeof pool !== "string" || pool === "general-purpose" || pool === "system"
        ? []
        : [
            {
              property: `computeConfig.nodePools[${index}]`,
              reason: `must be general-purpose or system, got "${pool}"`,
            },
          ],
    );
    if (pools.length > 0 && member(inputs["computeConfig"], "nodeRoleArn") === undefined) {
      failures.push({
        property: "computeConfig.nodeRoleArn",
        reason: "is required when nodePools are given",
      });
    }
    return failures;
  },
};

const endpoints: Rule = {
  source: "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
  check(inputs) {
    const network = inputs["vpcConfig"];
    const noPublic = member(network, "endpointPublicAccess") === false;
    const isPrivate = member(network, "endpointPrivateAccess");
    if (noPublic && (isPrivate === undefined || isPrivate === false)) {
      const reason = "must be true when endpointPublicAccess is false: the cluster would have no endpoint";
      return [{ property: "vpcConfig.endpointPrivateAccess", reason }];
    }
    return [];
  },
};

const serviceRange: Rule = {
  source: NETWORK_DOC,
  check(inputs) {
    const text = member(inputs["kubernetesNetworkConfig"], "serviceIpv4Cidr");
    if (typeof text !== "string") return [];
    const range = tryParseCidr(text);
    const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(text);
    if (range && isPrivate && range.prefix >= 12 && range.prefix <= 24) return [];
    const reason = `must be a private range between /24 and /12 such as 172.20.0.0/16, got "${text}"`;
    return [{ property: "kubernetesNetworkConfig.serviceIpv4Cidr", reason }];
  },
};

const logTypes: Rule = {
  source: "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
  check(inputs) {
    const allowed = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
    const types = inputs["enabledClusterLogTypes"];
    if (!Array.isArray(types)) return [];
    return (types as readonly unknown[]).flatMap((type, index): Failure[] =>
      typeof type !== "string" || allowed.includes(type)
        ? []
        : [
            {
              property: `enabledClusterLogTypes[${index}]`,
              reason: `must be one of ${allowed.join(", ")}, got "${type}"`,
            },
          ],
    );
  },
};

/** Checked before anything is made. */
export const clusterRules: readonly Rule[] = [
  matches(
    "name",
    /^[0-9A-Za-z][\w-]{0,99}$/,
    "1 to 100 letters, digits, - and _, the first a letter or digit",
    CREATE_DOC,
  ),
  isArn("roleArn", CREATE_DOC),
  oneOf("version", VERSIONS, "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"),
  oneOf("accessConfig.authenticationMode", ["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"], CREATE_DOC),
  oneOf("kubernetesNetworkConfig.ipFamily", ["ipv4"], NETWORK_DOC),
  oneOf("upgradePolicy.supportType", ["STANDARD", "EXTENDED"], CREATE_DOC),
  autoMode,
  nodePools,
  endpoints,
  serviceRange,
  logTypes,
];
