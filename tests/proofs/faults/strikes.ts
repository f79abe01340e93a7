import { setTimeout as delay } from "node:timers/promises";
import { readOutput } from "../../../doorways/output.ts";
import { removeHost } from "../../e2e/in-host.ts";
import { kubectl } from "../../e2e/kubectl.ts";
import { pidOf } from "../../e2e/postgres.ts";

/** The region starts it again. */
export async function killApiServer(): Promise<void> {
  process.kill(await pidOf("eks-control/kube-apiserver"), "SIGKILL");
}

/** With everything on it; the region makes another. */
export async function loseNode(): Promise<void> {
  await removeHost("node-c");
}

/** How long the old colour is without a pod: longer than the guard needs to find the release bad. */
const AWAY_MS = 40_000;

/** Its pods go, and come back later. */
export async function loseOldColour(): Promise<void> {
  const { kubeconfig, release } = await readOutput();
  const old = release.live === "blue" ? "green" : "blue";
  const scaled = (replicas: number): Promise<string> =>
    kubectl(
      kubeconfig,
      "scale",
      `deployment/api-${old}`,
      `--replicas=${replicas}`,
      "--namespace",
      "twinstack",
    );
  await scaled(0);
  void delay(AWAY_MS).then(() => scaled(2));
}
