import { END_WITHIN_SECONDS, endingWithin } from "./bounded-end.ts";
import { CONTROL_PLANE } from "./plan.ts";
import type { ControlPlane } from "./control-plane.ts";
import type { ProcessSpec } from "../machine.ts";

export const METRICS_PORT = 4443;

/** The EKS add-on runs as pods; here it is a process of the control plane's host, behind the same APIService. */
export function metricsServerProcess(program: string, cluster: ControlPlane): ProcessSpec {
  const { certificates, files } = cluster;
  const kubeconfig = files.kubeconfig("metricsServer");
  return {
    name: `${CONTROL_PLANE}/metrics-server`,
    host: CONTROL_PLANE,
    ...endingWithin(END_WITHIN_SECONDS, program, [
      `--secure-port=${METRICS_PORT}`,
      `--kubeconfig=${kubeconfig}`,
      `--authentication-kubeconfig=${kubeconfig}`,
      `--authorization-kubeconfig=${kubeconfig}`,
      `--tls-cert-file=${certificates.metricsServing.cert}`,
      `--tls-private-key-file=${certificates.metricsServing.key}`,
      "--kubelet-preferred-address-types=InternalIP",
      "--kubelet-use-node-status-port",
      `--kubelet-certificate-authority=${certificates.authority.cert}`,
      `--kubelet-client-certificate=${certificates.users.metricsServer.cert}`,
      `--kubelet-client-key=${certificates.users.metricsServer.key}`,
      // Must be below the resolution, or it refuses to start.
      "--kubelet-request-timeout=5s",
      "--metric-resolution=10s",
    ]),
  };
}
