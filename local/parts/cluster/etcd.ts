import { CONTROL_PLANE } from "./plan.ts";
import type { ProcessSpec } from "../machine.ts";

/**
 * Plain HTTP: the loopback is the control-plane host's own network namespace, which only root enters. Secrets
 * are encrypted before they come here (control-plane-files.ts).
 */
export const ETCD_URL = "http://127.0.0.1:2379";

export function etcdProcess(program: string, dataFolder: string): ProcessSpec {
  return {
    name: `${CONTROL_PLANE}/etcd`,
    host: CONTROL_PLANE,
    command: program,
    args: [
      "--name=etcd",
      `--data-dir=${dataFolder}`,
      `--listen-client-urls=${ETCD_URL}`,
      `--advertise-client-urls=${ETCD_URL}`,
      "--listen-peer-urls=http://127.0.0.1:2380",
      "--initial-advertise-peer-urls=http://127.0.0.1:2380",
      "--initial-cluster=etcd=http://127.0.0.1:2380",
      "--log-level=warn",
    ],
  };
}
