import { Conflict } from "../record-store.ts";

/** Name of the Lease in the releases' namespace. */
export const LEASE_NAME = "twinstack-guard";

/** As in client-go: https://pkg.go.dev/k8s.io/client-go/tools/leaderelection#LeaderElectionConfig */
export const LEASE_SECONDS = 15;
const RENEW_WITHIN_MS = 10_000;
export const RETRY_MS = 2_000;

/** Who leads, as the API server has it. */
export interface LeaseState {
  /** Empty: nobody. */
  readonly holder: string;
  /** When its holder renewed it last, by the holder's clock: only compared with itself. */
  readonly renewed: string;
  readonly resourceVersion: string | undefined;
}

/** Where the Lease is kept. A write after somebody else's throws {@link Conflict}. */
export interface LeaseStore {
  /** Undefined: there is none yet. */
  read(): Promise<LeaseState | undefined>;
  write(holder: string, after: LeaseState | undefined): Promise<void>;
}

/** One guard's part in the election of the one that leads. */
export class Lease {
  readonly #store: LeaseStore;
  readonly #me: string;
  readonly #now: () => number;
  #seen: LeaseState | undefined;
  #seenAt = 0;
  #renewedAt = Number.NEGATIVE_INFINITY;

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(store: LeaseStore, me: string, now: () => number = () => performance.now()) {
    this.#store = store;
    this.#me = me;
    this.#now = now;
  }

  /** Whether this guard leads, and renewed that lately enough that nobody else can. */
  get isMine(): boolean {
    return this.#now() - this.#renewedAt < RENEW_WITHIN_MS;
  }

  /** One try to lead, or to go on leading; to be called every {@link RETRY_MS}. Rejects when the API server does not answer. */
  async attempt(): Promise<void> {
    // Counted from before the call: the answer may come late.
    const began = this.#now();
    const state = await this.#store.read();
    if (!this.#isFree(state, began)) {
      this.#renewedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    try {
      await this.#store.write(this.#me, state);
      this.#renewedAt = began;
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      this.#renewedAt = Number.NEGATIVE_INFINITY;
    }
  }

  /** Gives it up, so that another need not wait. Nothing where this guard does not lead. */
  async giveUp(): Promise<void> {
    this.#renewedAt = Number.NEGATIVE_INFINITY;
    const state = await this.#store.read();
    if (state?.holder === this.#me) await this.#store.write("", state);
  }

  #isFree(state: LeaseState | undefined, now: number): boolean {
    if (state === undefined || state.holder === "" || state.holder === this.#me) return true;
    if (this.#seen?.holder !== state.holder || this.#seen.renewed !== state.renewed) {
      this.#seen = state;
      this.#seenAt = now;
    }
    return now - this.#seenAt > LEASE_SECONDS * 1000;
  }
}
