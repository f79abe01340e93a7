import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import { Circuit } from "../circuit.ts";
import type { Permit } from "../circuit.ts";
import { messageOf } from "../errors/message.ts";
import type { Logger } from "../logging.ts";
import { SingleFlight } from "../single-flight.ts";
import type { SharedKey } from "./keys.ts";

export interface CacheEntry<Value> {
  readonly key: SharedKey;
  /** What was kept by another release and does not fit is taken for missing. */
  readonly schema: z.ZodType<Value>;
  /** Seconds after which it is loaded anew, give or take a tenth by chance, so that not all entries expire at once. */
  readonly freshSeconds: number;
  /** Seconds beyond that during which it still serves when loading fails. */
  readonly staleSeconds: number;
}

/** How a value was come by: `error` is a load that the cache could not help with, `bypass` one that did not ask it. */
export type CacheResult = "hit" | "miss" | "stale" | "error" | "bypass";

const envelope = z.object({ freshUntil: z.number(), value: z.unknown() });

/** Longer than any load takes. */
const MARK_SECONDS = 60;
const FORGET_AGAIN_MS = 1_000;
/** Sets the key to the second value, for so many seconds, if it still is the first. */
const KEEP = `if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
return 1`;

interface Kept<Value> {
  readonly fresh: boolean;
  readonly value: Value;
}

/**
 * Cache-aside in Redis: what is fresh is served, what is not is loaded, once a process at a time. A cache that fails
 * costs the loading alone, and after three failures in a row not even the waiting.
 *
 * What was loaded is kept only while there is under its key what was there before the load began, byte for byte: a value past
 * its time, or a mark that the first to miss it has left. Forgetting takes that away, whichever process does it, so a load
 * that was under way then keeps nothing. Who could not ask before the load keeps nothing either.
 */
export class Cache {
  readonly #redis: Redis;
  readonly #logger: Logger;
  readonly #circuit = new Circuit({ failures: 3, openMs: 1_000, maxOpenMs: 5_000 });
  readonly #flights = new SingleFlight();
  /** When Redis has last answered anything, by `performance.now()`. */
  #answeredAt = -Infinity;
  #busy = false;
  /** Called with how each value was come by. */
  onResult: (result: CacheResult) => void = () => undefined;

  constructor(redis: Redis, logger: Logger) {
    this.#redis = redis;
    this.#logger = logger;
  }

  /** @throws what `load` throws when nothing is kept that could serve instead. */
  through<Value>(entry: CacheEntry<Value>, load: () => Promise<Value>): Promise<Value> {
    return this.#flights.run(entry.key, () => this.#through(entry, load));
  }

  /**
   * Forgets, also for loads that are under way. When the cache does not answer, it is tried again every second until it does or
   * the process ends; until then the entry's own time has to do.
   */
  async forget(keys: readonly SharedKey[]): Promise<void> {
    // Whoever asks from now on does not join a load that was begun before.
    for (const key of keys) this.#flights.leave(key);
    const answer = await this.#ask(this.#circuit.admit(), (redis) => redis.del(...keys));
    if (answer !== undefined || this.#redis.status === "end") return;
    setTimeout(() => void this.forget(keys), FORGET_AGAIN_MS).unref();
  }

  /** Rejects when the cache does not answer. */
  async ping(): Promise<void> {
    await this.#redis.ping();
  }

  async #through<Value>(entry: CacheEntry<Value>, load: () => Promise<Value>): Promise<Value> {
    const permit = this.#circuit.admit();
    const asked = permit !== undefined;
    const text = asked ? await this.#ask(permit, (redis) => redis.get(entry.key)) : undefined;
    let found = text ?? undefined;
    const kept = readKept(entry, text ?? null);
    if (kept?.fresh) {
      this.onResult("hit");
      return kept.value;
    }
    // Nothing is there that a later look could be compared with.
    if (text === null) found = await this.#mark(entry.key);
    let value: Value;
    try {
      value = await load();
    } catch (error) {
      if (kept === undefined) throw error;
      this.#logger.warn("served from the cache past its time", { key: entry.key, error });
      this.onResult("stale");
      return kept.value;
    }
    this.onResult(!asked ? "bypass" : text === undefined ? "error" : "miss");
    // The visitor need not wait for it; #ask never rejects.
    if (found !== undefined && !this.#circuit.open) void this.#keep(entry, value, found);
    return value;
  }

  /** Leaves a mark of its own for a load that begins, or finds another's; undefined when the cache failed. */
  async #mark(key: SharedKey): Promise<string | undefined> {
    const mark = JSON.stringify({ loading: randomUUID() });
    const before = await this.#ask(this.#circuit.admit(), (redis) =>
      redis.set(key, mark, "EX", MARK_SECONDS, "NX", "GET"),
    );
    return before === null ? mark : before;
  }

  /** @param found what was under the key before the load. */
  async #keep<Value>(
    { key, freshSeconds, staleSeconds }: CacheEntry<Value>,
    value: Value,
    found: string,
  ): Promise<void> {
    const fresh = freshSeconds * (0.9 + Math.random() * 0.2);
    const text = JSON.stringify({ freshUntil: Date.now() + fresh * 1000, value });
    const seconds = Math.ceil(fresh + staleSeconds);
    await this.#ask(this.#circuit.admit(), (redis) => redis.eval(KEEP, 1, key, found, text, seconds));
  }

  /** Undefined when the cache failed; what was asked without a permit does not count for the circuit. */
  async #ask<Answer>(
    permit: Permit | undefined,
    command: (redis: Redis) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const sentAt = performance.now();
    try {
      const answer = await command(this.#redis);
      this.#answeredAt = performance.now();
      this.#busy = false;
      if (permit !== undefined) this.#circuit.succeeded(permit);
      return answer;
    } catch (error) {
      if (isBusy(error, this.#answeredAt > sentAt)) {
        if (!this.#busy) this.#logger.warn("the cache has too much to do", { error });
        this.#busy = true;
        if (permit !== undefined) this.#circuit.undecided(permit);
        return undefined;
      }
      // Once, not with every request.
      if (permit !== undefined && this.#circuit.failed(permit) === "opened")
        this.#logger.warn("cache left out: it does not answer", { error });
      return undefined;
    }
  }
}

/**
 * Whether Redis is there and has too much to do: a reply that says so, or one command that came too late while others were
 * answered. To leave it out for seconds would move all of its load to the database.
 */
function isBusy(error: unknown, answeredMeanwhile: boolean): boolean {
  const message = messageOf(error);
  return /^(?:OOM|BUSY|TRYAGAIN)\b/.test(message) || (message === "Command timed out" && answeredMeanwhile);
}

function readKept<Value>({ schema }: CacheEntry<Value>, text: string | null): Kept<Value> | undefined {
  if (text === null) return undefined;
  const kept = envelope.safeParse(parseJson(text));
  if (!kept.success) return undefined;
  const value = schema.safeParse(kept.data.value);
  return value.success ? { fresh: Date.now() < kept.data.freshUntil, value: value.data } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
