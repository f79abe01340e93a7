import * as pulumi from "@pulumi/pulumi";
import { COLOURS, type Colour } from "../../infra/service/colour.ts";

/** Which program a stack runs, by its name. */
export type StackKind =
  | { readonly kind: "platform"; readonly environment: string }
  | { readonly kind: "cluster"; readonly environment: string }
  | { readonly kind: "release"; readonly environment: string; readonly colour: Colour };

/**
 * `<environment>` is a platform, `<environment>-cluster` is what lives inside its Kubernetes cluster,
 * `<environment>-blue` and `<environment>-green` are its releases. Throws a RunError for any other name.
 */
export function parseStackName(stack: string): StackKind {
  const match = /^([a-z][a-z0-9]{0,11})(?:-([a-z]+))?$/.exec(stack);
  const [, environment, suffix] = match ?? [];
  if (environment !== undefined && suffix === undefined) return { kind: "platform", environment };
  if (environment !== undefined && suffix === "cluster") return { kind: "cluster", environment };
  const colour = COLOURS.find((known) => known === suffix);
  if (environment !== undefined && colour !== undefined) return { kind: "release", environment, colour };
  throw new pulumi.RunError(
    `Stack ${JSON.stringify(stack)} has no program: name a platform by its environment (at most 12 of a-z and 0-9, ` +
      "a letter first: staging), its cluster's stack staging-cluster, and a release by environment and colour " +
      "(staging-blue, staging-green).",
  );
}
