/**
 * The region's API, HTTP/1.1 with JSON over the Unix socket at `regionSocket()`. Each call is a POST of
 * one of these bodies to `/v1/<name>`; the answer is a stream of JSON lines: any number of
 * `{"progress": "…"}`, then one `{"result": …}` or `{"error": {code, message}}`. While a call goes on there is an empty line
 * every few seconds, as the header `HEARTBEAT_HEADER` says: a caller that hears nothing for longer need not wait.
 */

import type { ProcessState } from "../parts/machine.ts";

/** Of the answer: how many seconds there are between two empty lines. */
export const HEARTBEAT_HEADER = "twinstack-heartbeat";

/** JSON as it crosses the socket: no unknowns, no secret wrappers (the socket is root's alone). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** An AWS error: `code` and `message` as the service words it in substance, e.g. `InvalidVpcID.NotFound`. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
}

export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly inputs: JsonObject;
  readonly outputs: JsonObject;
  /** Paths of inputs that the program marked secret: the region hides what is there in its log and in errors. */
  readonly secrets?: readonly string[];
}

/** Idempotent by URN: a second create with the same URN and inputs answers with the first one's result. */
export interface CreateRequest {
  readonly urn: string;
  readonly type: string;
  readonly inputs: JsonObject;
  readonly secrets?: StoredResource["secrets"];
}
export interface UpdateRequest {
  readonly type: string;
  readonly id: string;
  readonly inputs: JsonObject;
  readonly secrets?: StoredResource["secrets"];
}
export interface ResourceRequest {
  readonly type: string;
  readonly id: string;
}
export interface InvokeRequest {
  readonly token: string;
  readonly args: JsonObject;
}
export interface RegionStatus {
  /** The checkout that started this region. */
  readonly owner: string;
  readonly pid: number;
  readonly account: string;
  readonly region: string;
  /** False: resources are recorded and nothing runs (engine tests). */
  readonly parts: boolean;
  /** Its code was changed after it was started: it still runs the old one. */
  readonly outdated: boolean;
  /** It was just started and takes over what an earlier region left running; calls wait for that. */
  readonly adopting: boolean;
  /** URNs of parts that could not be taken over yet; tried again every few seconds, the log says why. */
  readonly repairing: readonly string[];
  readonly resources: number;
  /** Where the AWS API answers signed calls, on loopback; null with parts off. */
  readonly awsEndpoint: string | null;
  readonly hosts: readonly {
    readonly name: string;
    readonly address: string;
    readonly zone: string;
    readonly processes: readonly ProcessState[];
  }[];
}
/** How the Kubernetes stand-in reaches a cluster of ours: refused with `UnknownCluster` for any other server. */
export interface ClusterAccess {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Path below /v1 → request and result. */
export interface RegionApi {
  "aws/create": { request: CreateRequest; result: StoredResource };
  /** `null`: gone (never made, deleted, or its part was removed by hand). */
  "aws/read": { request: ResourceRequest; result: StoredResource | null };
  "aws/update": { request: UpdateRequest; result: StoredResource };
  /** Gone already is success; what others still use is refused with DependencyViolation or the service's code. */
  "aws/delete": { request: ResourceRequest; result: null };
  "aws/invoke": { request: InvokeRequest; result: JsonObject };
  "kubernetes/access": { request: { readonly server: string }; result: ClusterAccess };
  "dns/resolve": { request: { readonly name: string }; result: { readonly addresses: readonly string[] } };
  status: { request: Record<string, never>; result: RegionStatus };
  /** Stops everything, removes everything outside the tool cache, then exits. */
  shutdown: { request: Record<string, never>; result: null };
}
