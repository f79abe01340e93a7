import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import type { IncomingHttpHeaders, RequestListener, Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Machine, ProcessSpec } from "../machine.ts";

/** A machine for tests: real processes in the machine's own namespace, hosts that are addresses of the loopback. */
export interface TestMachine extends Machine {
  readonly children: ReadonlyMap<string, ChildProcess>;
  remove(): Promise<void>;
}

/** `network` holds the hosts, e.g. `127.98.1`: the first is `127.98.1.1`. */
export function testMachine(network: string): TestMachine {
  const directory = mkdtempSync(join(tmpdir(), "twinstack-edge-"));
  const hosts = new Map<
    string,
    { name: string; address: string; subnetId: string; zone: string; namespacePath: string }
  >();
  const children = new Map<string, ChildProcess>();
  const names = new Map<string, readonly string[]>();
  const running = (name: string): boolean => {
    const child = children.get(name);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  };
  const stop = async (name: string): Promise<void> => {
    const child = children.get(name);
    if (child === undefined || !running(name)) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
    children.delete(name);
  };
  return {
    children,
    hosts: {
      ensure: async (name, subnetId) => {
        const host = hosts.get(name) ?? {
          name,
          address: `${network}.${hosts.size + 1}`,
          subnetId,
          zone: "eu-central-1a",
          namespacePath: "/proc/self/ns/net",
        };
        hosts.set(name, host);
        return host;
      },
      get: (name) => hosts.get(name),
      list: () => [...hosts.values()],
      remove: async (name) => void hosts.delete(name),
      present: async (name) => hosts.has(name),
      route: async () => undefined,
    },
    processes: {
      ensure: async (spec: ProcessSpec) => {
        if (running(spec.name)) return;
        const child = spawn(spec.command, spec.args, {
          stdio: ["ignore", "ignore", "ignore"],
          env: { ...process.env, ...spec.env },
        });
        await once(child, "spawn");
        children.set(spec.name, child);
      },
      stop,
      stopHost: async (host) => {
        for (const name of children.keys()) if (name.startsWith(`${host}/`)) await stop(name);
      },
      running,
      list: () =>
        [...children].map(([name, { pid = 0 }]) => ({ name, pid, running: running(name), restarts: 0 })),
      signal: (name, signal) => void children.get(name)?.kill(signal),
      lastWords: () => "",
    },
    run: async (command, args) => (await promisify(execFile)(command, [...args])).stdout,
    dns: {
      set: async (name, addresses) => void names.set(name, addresses),
      remove: async (name) => void names.delete(name),
      resolve: (name) => names.get(name) ?? [],
      address: `${network}.253`,
    },
    dataDir: (part) => {
      const folder = join(directory, part);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    tool: (name) => name,
    remove: async () => {
      for (const name of [...children.keys()]) await stop(name);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function stored(
  type: string,
  id: string,
  inputs: JsonObject,
  outputs: JsonObject = {},
): StoredResource {
  return { urn: `urn:pulumi:local::test::${type}::${id}`, type, id, inputs, outputs };
}

export async function listen(address: string, port: number, answer: RequestListener): Promise<Server> {
  const server = createServer(answer);
  // Above the balancer's idle timeout, as a target must be.
  server.keepAliveTimeout = 75_000;
  server.listen(port, address);
  await once(server, "listening");
  return server;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export function request(
  url: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly agent?: Agent } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers: options.headers ?? {}, agent: options.agent ?? false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    }).on("error", reject);
  });
}

/** Sends `total` requests over `clients` keep-alive connections; `failed` are errors and every status but 200. */
export async function load(
  url: string,
  total: number,
  clients: number,
  onAnswer: () => void = () => undefined,
): Promise<{
  readonly answered: number;
  readonly failed: readonly string[];
  readonly bodies: ReadonlyMap<string, number>;
}> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const failed: string[] = [];
  const bodies = new Map<string, number>();
  let sent = 0;
  let answered = 0;
  const client = async (): Promise<void> => {
    while (sent < total) {
      sent += 1;
      try {
        const { status, body } = await request(url, { agent });
        answered += 1;
        onAnswer();
        bodies.set(body, (bodies.get(body) ?? 0) + 1);
        if (status !== 200) failed.push(String(status));
      } catch (error) {
        failed.push(error instanceof Error ? error.message : String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return { answered, failed, bodies };
}
