import { ApiException, type CoordinationV1Api, V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import { Conflict } from "../record-store.ts";
import { LEASE_NAME, LEASE_SECONDS, type LeaseState, type LeaseStore } from "./lease.ts";

/** The Lease object of the guards. */
export class KubernetesLease implements LeaseStore {
  readonly #api: CoordinationV1Api;
  readonly #namespace: string;
  #last: V1Lease | undefined;

  constructor(api: CoordinationV1Api, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  async read(): Promise<LeaseState | undefined> {
    try {
      this.#last = await this.#api.readNamespacedLease({ name: LEASE_NAME, namespace: this.#namespace });
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 404) throw error;
      this.#last = undefined;
      return undefined;
    }
    const { metadata, spec } = this.#last;
    return {
      holder: spec?.holderIdentity ?? "",
      // The library's type is a date; what it reads is the API server's text.
      renewed: JSON.stringify(spec?.renewTime ?? null),
      resourceVersion: metadata?.resourceVersion,
    };
  }

  async write(holder: string, after: LeaseState | undefined): Promise<void> {
    const namespace = this.#namespace;
    const body = this.#next(holder, after);
    try {
      if (after === undefined) await this.#api.createNamespacedLease({ namespace, body });
      else await this.#api.replaceNamespacedLease({ name: LEASE_NAME, namespace, body });
    } catch (error) {
      if (error instanceof ApiException && error.code === 409) {
        throw new Conflict("another guard wrote the lease in between");
      }
      throw error;
    }
  }

  #next(holderIdentity: string, after: LeaseState | undefined): V1Lease {
    const now = new V1MicroTime();
    const last = this.#last?.spec;
    const isSame = after?.holder === holderIdentity;
    return {
      metadata: {
        name: LEASE_NAME,
        labels: { "app.kubernetes.io/part-of": "twinstack" },
        ...(after?.resourceVersion === undefined ? {} : { resourceVersion: after.resourceVersion }),
      },
      spec: {
        holderIdentity,
        leaseDurationSeconds: LEASE_SECONDS,
        renewTime: now,
        acquireTime: isSame ? (last?.acquireTime ?? now) : now,
        leaseTransitions: (last?.leaseTransitions ?? 0) + (isSame ? 0 : 1),
      },
    };
  }
}
