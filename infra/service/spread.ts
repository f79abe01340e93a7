import type * as kubernetes from "@pulumi/kubernetes";

type Constraint = kubernetes.types.input.core.v1.TopologySpreadConstraint;

/** Over zones always, over nodes where it can be. */
export function spreadOver(matchLabels: Readonly<Record<string, string>>): Constraint[] {
  return [
    constraint(matchLabels, "topology.kubernetes.io/zone", "DoNotSchedule"),
    constraint(matchLabels, "kubernetes.io/hostname", "ScheduleAnyway"),
  ];
}

/** Counts one revision's pods alone, and no zone whose nodes are tainted: a lost zone holds nothing up. */
function constraint(
  matchLabels: Readonly<Record<string, string>>,
  topologyKey: string,
  whenUnsatisfiable: string,
): Constraint {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels },
    matchLabelKeys: ["pod-template-hash"],
  };
}
