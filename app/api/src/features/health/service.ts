import type { Logger } from "../../logging.ts";
import type { Phase } from "../../lifecycle.ts";
import { withinTime } from "../../within-time.ts";

/** How long a check may take before the dependency counts as failed. */
const CHECK_MS = 1_500;

/** Something outside of this process that it needs. */
export interface Dependency {
  readonly name: string;
  /** Whether the process is of no use without it: it has not started up until that has answered once. */
  readonly required: boolean;
  /** Rejects when it cannot be used. */
  check(): Promise<Findings>;
}

export interface Findings {
  /** Bytes of the write-ahead log that a replica has yet to replay. */
  readonly lagBytes?: number;
}

export interface DependencyReport extends Findings {
  readonly name: string;
  readonly ok: boolean;
  readonly latencyMs: number;
}

/**
 * Tells the platform how the process is.
 *
 * Startup looks at the required dependencies until they have all answered once. Readiness is about this process alone,
 * because a dependency's failure would otherwise take every pod away at once; that an answer comes at all shows that the
 * event loop turns. Liveness is shallower still: a drain must not get the process killed.
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
      const required = this.#dependencies.filter((dependency) => dependency.required);
      this.#startedUp = (await this.#check(required)).every(({ ok }) => ok);
    }
    return this.#startedUp;
  }

  dependencies(): Promise<readonly DependencyReport[]> {
    return this.#check(this.#dependencies);
  }

  /** Why a check failed is logged, not told: error texts name hosts and users. */
  #check(dependencies: readonly Dependency[]): Promise<readonly DependencyReport[]> {
    return Promise.all(
      dependencies.map(async (dependency) => {
        const { name } = dependency;
        const begun = performance.now();
        const latencyMs = (): number => Math.round((performance.now() - begun) * 10) / 10;
        try {
          const findings = await withinTime(CHECK_MS, name, dependency.check());
          return { name, ok: true, latencyMs: latencyMs(), ...findings };
        } catch (error) {
          this.#logger.warn("dependency check failed", { dependency: name, error });
          return { name, ok: false, latencyMs: latencyMs() };
        }
      }),
    );
  }
}
