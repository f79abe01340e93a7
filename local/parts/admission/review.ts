import type { PatchOperation, Pod } from "./pod.ts";

/** What is read of an `admission.k8s.io/v1` AdmissionReview about a pod. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly namespace: string;
  readonly object: Pod;
}

/** Operations for the pod as it came, none to admit it so; or why it is not admitted. */
export type Verdict = { readonly patch: readonly PatchOperation[] } | { readonly denied: string };

/** Throws for what is no review of a pod. */
export function readReview(body: string): AdmissionRequest {
  const review = JSON.parse(body) as { apiVersion?: unknown; request?: Partial<AdmissionRequest> };
  const { uid, namespace, object } = review.request ?? {};
  if (review.apiVersion !== "admission.k8s.io/v1" || uid === undefined || object?.spec === undefined) {
    throw new SyntaxError("no admission.k8s.io/v1 AdmissionReview of a pod");
  }
  return { uid, namespace: namespace ?? "", object };
}

export function writeReview(uid: string, verdict: Verdict): string {
  const response = { uid, ...("denied" in verdict ? refusal(verdict.denied) : admission(verdict.patch)) };
  return JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response });
}

function admission(patch: readonly PatchOperation[]): object {
  if (patch.length === 0) return { allowed: true };
  const encoded = Buffer.from(JSON.stringify(patch)).toString("base64");
  return { allowed: true, patchType: "JSONPatch", patch: encoded };
}

function refusal(message: string): object {
  return { allowed: false, status: { code: 403, message } };
}
