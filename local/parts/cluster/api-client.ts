import { request } from "node:https";
import type { RequestOptions } from "node:https";
import type { Manifest } from "./manifest.ts";
import type { ClusterAccess } from "../../region/protocol.ts";
import type { Run } from "../machine.ts";

const CALL_TIMEOUT_MS = 5000;
const FIELD_MANAGER = "twinstack-cluster";

export interface KubectlSettings {
  readonly program: string;
  readonly kubeconfig: string;
  /** Discovery is kept here, not in the home folder. */
  readonly cacheFolder: string;
}

/** Server-side apply by kubectl: the JavaScript client drops fields its types do not know. */
export async function apply(
  run: Run,
  { program, kubeconfig, cacheFolder }: KubectlSettings,
  objects: readonly Manifest[],
): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items: objects };
  await run(
    program,
    [
      `--kubeconfig=${kubeconfig}`,
      `--cache-dir=${cacheFolder}`,
      ...["apply", "--server-side", "--force-conflicts", `--field-manager=${FIELD_MANAGER}`, "-f", "-"],
    ],
    { input: JSON.stringify(list) },
  );
}

/** Throws unless `/readyz` answers 200: storage, RBAC and all the API server itself starts. */
export async function checkReady(access: ClusterAccess): Promise<void> {
  await get(access, "/readyz");
}

/**
 * A kubelet renews its lease every 10 s, and its status when that changes or it starts; what is older than this
 * nobody keeps up, e.g. from before a reboot.
 */
const HEARTBEAT_MS = 15_000;

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status: {
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly lastHeartbeatTime?: string;
      }[];
    };
  }[];
}
interface LeaseList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly renewTime?: string };
  }[];
}

/** Names of the nodes that are Ready and whose kubelet says so now. */
export async function readyNodes(access: ClusterAccess): Promise<readonly string[]> {
  const [nodes, leases] = await Promise.all([
    get(access, "/api/v1/nodes"),
    get(access, "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"),
  ]);
  return namesReady(JSON.parse(nodes) as NodeList, JSON.parse(leases) as LeaseList, Date.now());
}

export function namesReady(nodes: NodeList, leases: LeaseList, now: number): readonly string[] {
  const isNow = (time: string | undefined): boolean => now - Date.parse(time ?? "") < HEARTBEAT_MS;
  const renewed = leases.items
    .filter(({ spec }) => isNow(spec.renewTime))
    .map(({ metadata }) => metadata.name);
  return nodes.items
    .filter(({ metadata, status }) => {
      const ready = status.conditions?.find(({ type }) => type === "Ready");
      return ready?.status === "True" && (isNow(ready.lastHeartbeatTime) || renewed.includes(metadata.name));
    })
    .map(({ metadata }) => metadata.name);
}

/** What the API server answered instead of an object. */
export class ApiError extends Error {
  readonly status: number;
  constructor(path: string, status: number, body: string) {
    super(`${path} answered ${status}: ${body.slice(0, 300)}`);
    this.name = "ApiError";
    this.status = status;
  }
}

/**
 * Server-side apply of one object over HTTP: nothing changes where it is as wanted already. Answers the object as the
 * API server then has it, as JSON.
 */
export function applyOne(access: ClusterAccess, path: string, object: Manifest): Promise<string> {
  const query = `fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict`;
  const headers = { "content-type": "application/apply-patch+yaml" };
  return call(access, `${path}?${query}`, { method: "PATCH", headers }, JSON.stringify(object));
}

export function get(access: ClusterAccess, path: string): Promise<string> {
  return call(access, path, { method: "GET" });
}

/** A create by POST: answers the object as the API server then has it, as JSON. */
export function create(
  access: ClusterAccess,
  path: string,
  object: Readonly<Record<string, unknown>>,
): Promise<string> {
  const headers = { "content-type": "application/json" };
  return call(access, path, { method: "POST", headers }, JSON.stringify(object));
}

/** Rejects with ApiError for every answer but 200 and 201. */
function call(
  { server, ca, cert, key }: ClusterAccess,
  path: string,
  what: Pick<RequestOptions, "method" | "headers">,
  body = "",
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { ...what, ca, cert, key, agent: false as const, timeout: CALL_TIMEOUT_MS };
    const call = request(`${server}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        if (status === 200 || status === 201) resolve(text);
        else reject(new ApiError(path, status, text));
      });
    });
    call.on("timeout", () => call.destroy(new Error(`${path} did not answer in time`)));
    call.on("error", reject);
    call.end(body);
  });
}
