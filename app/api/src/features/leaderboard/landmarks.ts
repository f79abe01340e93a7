import type { Query } from "../../database/pool.ts";
import { isAhead, ORDER, PLACE, quizOf, rowsOf } from "./board.ts";
import type { Board, Place } from "./board.ts";

/** A place whose rank was counted a moment ago. */
export interface Landmark extends Place {
  /** From 1. */
  readonly rank: number;
}

interface Known {
  /** By `performance.now()`. */
  readonly until: number;
  readonly marks: Promise<readonly Landmark[]>;
}

/**
 * Every so many places of a board one whose rank is known, so that a rank is counted from the nearest and not from the top.
 * A process counts a board's landmarks at most once in their lifetime, when somebody asks for a rank there. A board that is
 * shorter than the distance has none: there every rank is counted in full.
 */
export class Landmarks {
  readonly #distance: number;
  readonly #lifetimeMs: number;
  readonly #known = new Map<string | null, Known>();

  /**
   * @param distance places from one landmark to the next.
   * @param lifetimeMs milliseconds during which who came in ahead of a landmark is not counted behind it.
   */
  constructor(distance = 1_000, lifetimeMs = 30_000) {
    this.#distance = distance;
    this.#lifetimeMs = lifetimeMs;
  }

  /** The last landmark ahead of the place; undefined when it is before the first. */
  async before(query: Query, board: Board, place: Place): Promise<Landmark | undefined> {
    const marks = await this.#of(query, board);
    return marks.findLast((mark) => isAhead(mark, place));
  }

  #of(query: Query, board: Board): Promise<readonly Landmark[]> {
    const key = quizOf(board);
    const known = this.#known.get(key);
    if (known !== undefined && performance.now() < known.until) return known.marks;
    const marks = query<Landmark>(
      `SELECT rank::int, ${PLACE}
         FROM (SELECT row_number() OVER (ORDER BY ${ORDER}) AS rank, score, reached_at, participant_id
                 FROM ${rowsOf(board)}) place
        WHERE rank % $2 = 0 ORDER BY rank`,
      [key, this.#distance],
    );
    const entry = { until: performance.now() + this.#lifetimeMs, marks };
    this.#known.set(key, entry);
    // Whoever waits is told; the next one counts again.
    marks.catch(() => {
      if (this.#known.get(key) === entry) this.#known.delete(key);
    });
    return marks;
  }
}
