import { readFileSync } from "node:fs";
import { join } from "node:path";

import { errorCode } from "../haproxy/error-code.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { serving } from "../host/serving.ts";
import type { Machine } from "../machine.ts";

const HAPROXY = "/usr/sbin/haproxy";
const START_DEADLINE_MS = 10_000;

/** An address in a host, and who answers there: a socket of the region. */
export interface Forwarding {
  readonly host: string;
  /** Of the process: `<host>/<program>`. */
  readonly program: string;
  readonly address: string;
  readonly port: number;
  readonly socket: string;
}

/**
 * A HAProxy in the host that passes connections on to the region as they are. It outlives the region: a client that comes
 * while there is none is cut off at once, which AWS's SDKs try again, and the next region finds it as it is.
 */
export async function ensureForwarder(
  machine: Pick<Machine, "dataDir" | "processes" | "run">,
  forwarding: Forwarding,
): Promise<void> {
  const { host, program } = forwarding;
  const file = join(machine.dataDir("aws-endpoint"), `${host}-${program}.cfg`);
  const name = `${host}/${program}`;
  const text = configuration(forwarding);
  // A process that runs has the file it was started with.
  if (readIfThere(file) !== text) {
    await machine.processes.stop(name);
    writeFileAtomic(file, text);
  }
  await machine.processes.ensure({ name, host, command: HAPROXY, args: ["-db", "-f", file] });
  const listens = ["-Hltn", `src = ${forwarding.address} and sport = :${forwarding.port}`];
  await serving(machine.processes, name, START_DEADLINE_MS, async () => {
    return (await machine.run("ss", listens, { host })).trim() !== "";
  });
}

/** https://docs.haproxy.org/2.6/configuration.html. No retries: of a socket that nobody listens on they take no time. */
export function configuration({ address, port, socket }: Forwarding): string {
  return `global
  user haproxy
  group haproxy
  nbthread 1
  maxconn 256

defaults
  mode tcp
  retries 0
  timeout connect 1s
  timeout client 2m
  timeout server 2m

frontend clients
  bind ${address}:${port}
  default_backend region

backend region
  server region unix@${socket}
`;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
