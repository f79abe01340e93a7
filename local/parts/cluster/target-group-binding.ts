import type { Manifest } from "./manifest.ts";

/**
 * `targetgroupbindings.eks.amazonaws.com`, v1, as Auto Mode installs it. AWS does not publish its schema: the fields
 * are those of the open load balancer controller's elbv2.k8s.aws/v1beta1
 * (https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/spec), without
 * `targetGroupName` and `multiClusterTargetGroup`, which came later; that Auto Mode refuses `targetGroupName` is
 * reported in https://github.com/aws/containers-roadmap/issues/2621. Not compared with a live cluster.
 */
export function targetGroupBindingDefinition(): Manifest {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "targetgroupbindings.eks.amazonaws.com" },
    spec: {
      group: "eks.amazonaws.com",
      scope: "Namespaced",
      names: {
        kind: "TargetGroupBinding",
        listKind: "TargetGroupBindingList",
        plural: "targetgroupbindings",
        singular: "targetgroupbinding",
      },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [
            column("SERVICE-NAME", ".spec.serviceRef.name"),
            column("SERVICE-PORT", ".spec.serviceRef.port"),
            column("TARGET-TYPE", ".spec.targetType"),
            { ...column("ARN", ".spec.targetGroupARN"), priority: 1 },
          ],
          schema: { openAPIV3Schema: object({ spec: specification, status }) },
        },
      ],
    },
  };
}

const text = { type: "string" };
const portOrName = { anyOf: [{ type: "integer" }, { type: "string" }], "x-kubernetes-int-or-string": true };

const peer = object({
  ipBlock: object({ cidr: text }, ["cidr"]),
  securityGroup: object({ groupID: text }, ["groupID"]),
});
const networkingPort = object({ port: portOrName, protocol: { type: "string", enum: ["TCP", "UDP"] } });
const ingressRule = object({ from: list(peer), ports: list(networkingPort) }, ["from", "ports"]);
const requirement = object({ key: text, operator: text, values: list(text) }, ["key", "operator"]);

const specification = object(
  {
    targetGroupARN: { type: "string", minLength: 1 },
    targetType: { type: "string", enum: ["instance", "ip"] },
    serviceRef: object({ name: text, port: portOrName }, ["name", "port"]),
    networking: object({ ingress: list(ingressRule) }),
    nodeSelector: object({
      matchExpressions: list(requirement),
      matchLabels: { type: "object", additionalProperties: text },
    }),
    ipAddressType: { type: "string", enum: ["ipv4", "ipv6"] },
    vpcID: text,
  },
  ["serviceRef", "targetGroupARN"],
);
const status = object({ observedGeneration: { type: "integer", format: "int64" } });

function object(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []): object {
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}

function list(items: object): object {
  return { type: "array", items };
}

function column(name: string, jsonPath: string): object {
  return { name, type: "string", jsonPath };
}
