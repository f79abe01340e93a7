import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { scope } from "../../local/parts/host/scope.ts";
import { regionSocket, stateDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";
import { run } from "../../local/toolchain/run.ts";
import { checkout } from "./doorway.ts";

/** The kernel's own range of ports that nobody chose. */
const FIRST_RANDOM_PORT = 32_768;

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^lb-/, "load balancer"],
  [/^node-/, "node"],
  [/^eks-/, "control plane"],
  [/^pg-/, "database"],
  [/^px-/, "pooler"],
  [/^dns-/, "resolver"],
  [/^registry$/, "registry"],
  [/^s3-/, "S3"],
  [/^vpce-/, "interface endpoint"],
];

/** The first three columns of the table in docs/guides/listeners.md. */
export function describedListeners(): readonly string[] {
  const text = readFileSync(join(checkout, "docs/guides/listeners.md"), "utf8");
  return [...text.matchAll(/^\| ([^|]+) \| ([^|]+) \| (\S+\/\w+) \|/gm)]
    .map(([, where = "", address = "", port = ""]) => `${where} | ${address} | ${port}`)
    .sort();
}

/** Where the running stack listens, in the same words; a kind of host once. */
export async function actualListeners(): Promise<readonly string[]> {
  const status = await callRegion("status", {});
  const hosts = status.hosts.filter(({ name }) => name !== "(machine)");
  const ofHosts = await Promise.all(
    hosts.map(async ({ name, address }) => {
      const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "cache";
      const enter = ["netns", "exec", `${scope().prefix}-${name}`];
      const sockets = await run("ip", [...enter, "ss", "-Hltun"]);
      return linesOf(sockets).map((socket) => describe(kind, address, socket));
    }),
  );
  const ours = new Set([
    status.pid,
    ...status.hosts.flatMap(({ processes }) => processes.map(({ pid }) => pid)),
  ]);
  const ofMachine = linesOf(await run("ss", ["-Hltunp"]))
    .filter((socket) => [...socket.matchAll(/pid=(\d+)/g)].some(([, pid]) => ours.has(Number(pid))))
    .map((socket) => describe("machine", "", socket));
  return [...new Set([...ofHosts.flat(), ...ofMachine])].sort();
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line.trim() !== "");

function describe(kind: string, own: string, socket: string): string {
  const [protocol = "", , , , local = ""] = socket.trim().split(/\s+/);
  const address = local.slice(0, local.lastIndexOf(":")).replace(/%.*$/, "");
  const port = Number(local.slice(local.lastIndexOf(":") + 1));
  return `${kind} | ${placeOf(address, own)} | ${port >= FIRST_RANDOM_PORT ? "random" : port}/${protocol}`;
}

function placeOf(address: string, own: string): string {
  if (/^(127\.|\[::1\])/.test(address)) return "loopback";
  if (address === own) return "own";
  if (["*", "0.0.0.0", "[::]"].includes(address)) return "any";
  return address.startsWith("169.254.") ? "link-local" : "service";
}

/** What a shell script prints that runs as a user who is nobody here; `bash`, for its /dev/tcp. */
async function asStranger(script: string): Promise<string> {
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  const command = [...nobody, "timeout", "5", "bash", "-c", `{ ${script}; } 2>&1 || true`];
  return (await promisify(execFile)("setpriv", command, { cwd: "/" })).stdout;
}

/** The status line that a plain HTTP request of a stranger is answered with. */
async function statusForStranger(address: string, port: number | string, request: string): Promise<string> {
  const lines = `${request} HTTP/1.1\\r\\nHost: rebound.example\\r\\nOrigin: http://rebound.example\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n`;
  const answer = await asStranger(
    `exec 3<>/dev/tcp/${address}/${port}; printf '${lines}' >&3; head -n 1 <&3`,
  );
  return answer.trim();
}

/** What a stranger is answered where anybody can ask. */
export async function answersForStranger(): Promise<Readonly<Record<string, string>>> {
  const { hosts, awsEndpoint } = await callRegion("status", {});
  const addressOf = (kind: RegExp): string => hosts.find(({ name }) => kind.test(name))?.address ?? "";
  const { port } = new URL(awsEndpoint ?? "");
  const registry = addressOf(/^registry$/);
  const secrets = "printf 'GET /api/v1/secrets HTTP/1.0\\r\\n\\r\\n'";
  const tls = `openssl s_client -quiet -connect ${addressOf(/^eks-/)}:443 2>/dev/null`;
  return {
    rule: await statusForStranger("127.0.0.1", port, "POST /"),
    object: await statusForStranger("127.0.0.1", port, "PUT /bucket/key"),
    push: await statusForStranger(registry, 5000, "POST /v2/quiz/blobs/uploads/"),
    removal: await statusForStranger(registry, 5000, "DELETE /v2/quiz/manifests/latest"),
    secrets: (await asStranger(`${secrets} | ${tls} | head -n 1`)).trim(),
    region: await asStranger(`test -w ${regionSocket()} && echo open`),
    state: (await asStranger(`cat ${join(stateDir(), "s3/credentials")}`)).trim(),
  };
}
