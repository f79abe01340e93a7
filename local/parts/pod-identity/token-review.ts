import { create } from "../cluster/api-client.ts";
import type { ClusterAccess } from "../../region/protocol.ts";
import { AUDIENCE } from "./contract.ts";

const PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
const ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/;

/** Whom a pod's token is of. */
export interface PodToken {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly podName: string;
  readonly podUid: string;
}

/** Whom a token is of that is good now and for the audience; else why there is nobody. */
export type ReviewToken = (token: string) => Promise<PodToken | { readonly problem: string }>;

interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly error?: string;
    readonly audiences?: readonly string[];
    readonly user?: {
      readonly username?: string;
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

/** Asks the API server, which knows of a token that is bound to a pod whether that pod still is. */
export function reviewWith(access: ClusterAccess): ReviewToken {
  return async (token) => {
    const review = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      metadata: {},
      spec: { token, audiences: [AUDIENCE] },
    };
    return readReview(JSON.parse(await create(access, PATH, review)) as TokenReview);
  };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/ */
export function readReview({ status = {} }: TokenReview): PodToken | { readonly problem: string } {
  if (status.authenticated !== true) return { problem: status.error ?? "the token is not authenticated" };
  // A server that knows nothing of audiences would name none.
  if (status.audiences?.includes(AUDIENCE) !== true) return { problem: "the token is for another audience" };
  const [, namespace, serviceAccount] = ACCOUNT.exec(status.user?.username ?? "") ?? [];
  const extra = (name: string): string | undefined =>
    status.user?.extra?.[`authentication.kubernetes.io/${name}`]?.[0];
  const podName = extra("pod-name");
  const podUid = extra("pod-uid");
  if (namespace === undefined || serviceAccount === undefined) {
    return { problem: "the token is of no service account" };
  }
  if (podName === undefined || podUid === undefined) return { problem: "the token is bound to no pod" };
  return { namespace, serviceAccount, podName, podUid };
}
