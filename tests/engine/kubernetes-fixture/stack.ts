import { join } from "node:path";
import { newStack, type EngineStack } from "../harness.ts";
import type { ControlPlane } from "./control-plane.ts";
import { TestRegion } from "./region.ts";

/** The head of a program: the SDK, and `options` with a provider for the cluster. */
export function programFor(
  plane: ControlPlane,
  body: string,
  settings: Readonly<Record<string, unknown>> = {},
) {
  const config = JSON.stringify({ kubeconfig: plane.programKubeconfig(), ...settings });
  return `
import * as k8s from "@pulumi/kubernetes";
const provider = new k8s.Provider("cluster", ${config});
const options = { provider };
${body}
`;
}

/** A stack whose plugins find a region that knows the control plane's cluster. */
export async function stackOn(plane: ControlPlane, program: string): Promise<EngineStack> {
  return await newStack({
    program,
    before: async (env) => {
      const region = await TestRegion.start(join(env["TWINSTACK_RUN"] ?? "", "region.sock"), plane.access);
      return () => region.stop();
    },
  });
}
