import { webhookConfigurations } from "../admission/configurations.ts";
import { bootstrapObjects } from "./bootstrap-objects.ts";
import { targetGroupBindingDefinition } from "./target-group-binding.ts";

describe("bootstrapObjects", () => {
  const objects = bootstrapObjects("10.42.0.4", "CA");
  const find = (kind: string, name: string): unknown =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);

  it("holds each object once", () => {
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("CustomResourceDefinition/targetgroupbindings.eks.amazonaws.com");
  });

  it("lets the API server's own client reach the kubelets", () => {
    expect(find("ClusterRoleBinding", "twinstack:kubelet-api")).toMatchObject({
      roleRef: { kind: "ClusterRole", name: "system:kubelet-api-admin" },
      subjects: [{ kind: "User", name: "kube-apiserver-kubelet-client" }],
    });
  });

  it("leads the metrics API to the process on the control plane's host, verified by the cluster's CA", () => {
    expect(find("APIService", "v1beta1.metrics.k8s.io")).toMatchObject({
      spec: { service: { name: "metrics-server", namespace: "kube-system", port: 443 }, caBundle: "Q0E=" },
    });
    expect(find("Service", "metrics-server")).not.toHaveProperty("spec.selector");
    expect(find("EndpointSlice", "metrics-server")).toMatchObject({
      metadata: { labels: { "kubernetes.io/service-name": "metrics-server" } },
      endpoints: [{ addresses: ["10.42.0.4"] }],
      ports: [{ name: "https", port: 4443 }],
    });
  });

  it("brings the webhooks along, and lets theirs see bindings and Services", () => {
    const webhooks = objects.filter(({ kind }) => kind === "MutatingWebhookConfiguration");
    expect(webhooks).toEqual(webhookConfigurations("CA"));
    expect(find("ClusterRole", "eks:load-balancing-webhook")).toMatchObject({
      rules: [
        { apiGroups: ["eks.amazonaws.com"], resources: ["targetgroupbindings"], verbs: ["list"] },
        { apiGroups: [""], resources: ["services"], verbs: ["get"] },
      ],
    });
    expect(find("ClusterRoleBinding", "eks:load-balancing-webhook")).toMatchObject({
      subjects: [{ kind: "User", name: "eks:load-balancing-webhook" }],
    });
  });

  it("gives no process more than reading", () => {
    const rules = objects.filter(({ kind }) => kind === "ClusterRole").flatMap((role) => role["rules"]);
    const verbs = new Set((rules as { verbs: string[] }[]).flatMap((rule) => rule.verbs));
    expect([...verbs].sort()).toEqual(["get", "list", "watch"]);
    const admins = objects.filter((object) => JSON.stringify(object).includes("cluster-admin"));
    expect(admins).toEqual([]);
  });
});

it("the TargetGroupBinding of Auto Mode demands an ARN and knows no target group name", () => {
  const { versions } = targetGroupBindingDefinition()["spec"] as {
    versions: { name: string; schema: { openAPIV3Schema: { properties: { spec: object } } } }[];
  };
  expect(versions.map(({ name }) => name)).toEqual(["v1"]);
  const spec = versions[0]?.schema.openAPIV3Schema.properties.spec;
  expect(spec).toMatchObject({ required: ["serviceRef", "targetGroupARN"] });
  expect(Object.keys((spec as { properties: object }).properties).sort()).toEqual([
    "ipAddressType",
    "networking",
    "nodeSelector",
    "serviceRef",
    "targetGroupARN",
    "targetType",
    "vpcID",
  ]);
});
