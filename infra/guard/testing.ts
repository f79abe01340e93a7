import * as kubernetes from "@pulumi/kubernetes";
import { Children } from "../testing/children.ts";
import { Guard, type GuardArgs } from "./guard.ts";

export const GUARD_IMAGE = `registry.test/twinstack-test-guard@sha256:${"0".repeat(64)}`;

/** The guard of a test, with whatever is changed. */
export async function makeGuard(change: Partial<GuardArgs> = {}) {
  const children = new Children();
  const guard = new Guard(
    "guard",
    {
      namespace: "quiz",
      image: GUARD_IMAGE,
      ruleArn: "arn:rule",
      targetGroups: { blue: "arn:blue", green: "arn:green" },
      region: "eu-central-1",
      metricsPort: 9090,
      certificateAuthorities: "PEM",
      provider: new kubernetes.Provider("cluster", { kubeconfig: "{}" }),
      ...change,
    },
    children.options,
  );
  return { guard, children: await children.all() };
}
