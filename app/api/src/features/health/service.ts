import type { Logger } from "../../logging.ts";
import type { Phase } from "../../lifecycle.ts";

/** Something outside of this process that it needs. */
export interface Dependency {
  readonly name: string;
  /** Rejects when it cannot be used. */
  check(): Promise<void>;
}

export interface DependencyReport {
  readonly name: string;
  readonly ok: boolean;
}

/**
 * Tells the platform how the process is.
 *
 * Startup looks at the dependencies until they have all answered once. Readiness is about this process alone, because
 * a dependency's failure would otherwise take every pod away at once; that an answer comes at all shows that the event
 * loop turns. Liveness is shallower still: a drain must not get the process killed.
 */
export class HealthService {
  readonly #phase: () => Phase;
  readonly #dependencies: readonly Dependency[];
  readonly #logger: Logger;
  #startedUp = false;

  constructor(phase: () => Phase, dependencies: readonly Dependency[], logger: Logger) {
    this.#phase = phase;
    this.#dependencies = dependencies;
    this.#logger = logger;
  }

  get phase(): Phase {
    return this.#phase();
  }

  ready(): boolean {
    return this.#phase() === "serving";
  }

  async startedUp(): Promise<boolean> {
    if (!this.#startedUp && this.#phase() !== "starting") {
      this.#startedUp = (await this.dependencies()).every(({ ok }) => ok);
    }
    return this.#startedUp;
  }

  /** Why a check failed is logged, not told: error texts name hosts and users. */
  async dependencies(): Promise<readonly DependencyReport[]> {
    return Promise.all(
      this.#dependencies.map(async (dependency) => {
        try {
          await dependency.check();
          return { name: dependency.name, ok: true };
        } catch (error) {
          this.#logger.warn("dependency check failed", { dependency: dependency.name, error });
          return { name: dependency.name, ok: false };
        }
      }),
    );
  }
}
