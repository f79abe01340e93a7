import * as kubernetes from "@pulumi/kubernetes";
import { Children, value } from "../testing/children.ts";
import { ServiceNamespace } from "./namespace.ts";

it("makes a restricted namespace whose pods wait for the load balancer", async () => {
  const children = new Children();
  const provider = new kubernetes.Provider("cluster", { kubeconfig: "{}" });
  const made = new ServiceNamespace(
    "namespace",
    { namespace: "quiz", provider, protect: true },
    children.options,
  );
  const all = await children.all();

  expect(Object.keys(all).sort()).toEqual([
    "kubernetes:core/v1:Namespace namespace",
    "twinstack:service:ServiceNamespace namespace",
  ]);
  const namespace = all["kubernetes:core/v1:Namespace namespace"];
  expect(namespace?.inputs["metadata"]).toEqual({
    name: "quiz",
    labels: {
      "app.kubernetes.io/part-of": "twinstack",
      "pod-security.kubernetes.io/enforce": "restricted",
      "pod-security.kubernetes.io/warn": "restricted",
      "eks.amazonaws.com/pod-readiness-gate-inject": "enabled",
    },
  });
  expect(namespace?.options.protect).toBe(true);
  expect(await value(made.namespace)).toBe("quiz");
});
