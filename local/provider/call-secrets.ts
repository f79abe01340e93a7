import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { asAsset } from "./asset.ts";
import { covers, parsePath, type PathSegment, type PropertyPath } from "./property-path.ts";
import { Secret, type Failure, type Value, type Values } from "./provider.ts";
import { Redactor } from "./redactor.ts";
import { sensitiveByName } from "./secret-texts.ts";
import { decode } from "./values.ts";

/** Whether a provider's schema says that a property is a secret, however the program wrote it. */
export type Sensitive = (path: PropertyPath) => boolean;

/** Properties as they arrived, and which of them the program or the state marks secret. */
export interface Marked {
  readonly values: Values;
  readonly marks: readonly PropertyPath[];
}

/**
 * The secrets of one call of the engine. Every property that it brings is read through `read`; every text that leaves
 * the plugin for it goes through `redact` or `failure`.
 *
 * A value is secret when it is marked so, when the provider's schema says so, or when it is named as secrets are.
 */
export class CallSecrets {
  readonly #sensitive: Sensitive;
  readonly #redactor = new Redactor();
  readonly #paths: PropertyPath[] = [];

  constructor(sensitive: Sensitive = () => false) {
    this.#sensitive = sensitive;
  }

  /** The engine's properties as plain values, as `decode` gives them. */
  read(struct: Struct | undefined): Marked {
    const marks: PropertyPath[] = [];
    const values = decode(struct, (path, value) => {
      marks.push(path);
      this.#add(path, value);
    });
    for (const { path, value } of sensitiveByName(values)) this.#add(path, value);
    this.#addSensitive(values, []);
    return { values, marks };
  }

  /** `keep`: words that stay although a secret has them in it. */
  redact(text: string, keep: readonly string[] = []): string {
    return this.#redactor.redact(text, keep);
  }

  /**
   * A failure as the engine may show it. It prints the value of a property that a failure names, so one about a secret
   * names none: its path stands in the reason.
   */
  failure(failure: Failure, given: Values): Failure {
    const { property, reason } = failure;
    if (property !== "" && this.#touches(property)) {
      return { property: "", reason: `${property}: ${this.#redactor.redactAbout(reason)}` };
    }
    const safe = this.redact(reason);
    const shown = given[property];
    // The same text may stand, unmarked, in another property.
    if (shown === undefined || !this.#repeats(shown)) return { property, reason: safe };
    return { property: "", reason: `${property}: ${safe}` };
  }

  #add(path: PropertyPath, value: Value): void {
    this.#paths.push(path);
    this.#redactor.add(value);
  }

  #addSensitive(value: Value, path: readonly PathSegment[]): void {
    if (path.length > 0 && this.#sensitive(path)) {
      this.#add(path, value);
    } else if (typeof value === "object" && value !== null && !(value instanceof Secret)) {
      for (const [key, item] of Object.entries(value)) {
        this.#addSensitive(item, [...path, Array.isArray(value) ? Number(key) : key]);
      }
    }
  }

  /** Whether a path leads to a secret, into one, or to something that holds one. */
  #touches(property: string): boolean {
    const path = pathOf(property);
    // What cannot be read may lead to any of them.
    if (path === undefined) return this.#paths.length > 0;
    return this.#paths.some((secret) => covers(secret, path) || covers(path, secret));
  }

  #repeats(value: Value): boolean {
    const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === "symbol" ? null : item));
    return this.redact(text) !== text;
  }
}

function pathOf(property: string): PropertyPath | undefined {
  try {
    return parsePath(property);
  } catch {
    return undefined;
  }
}

/**
 * Wraps as secret what has the place of a marked value, as the engine does for plugins that cannot take marks: where a
 * list or a text stands in the way, all of it.
 */
export function withMarks(values: Values, marks: readonly PropertyPath[]): Values {
  return marks.reduce<Values>((marked, path) => withMark(marked, path), values);
}

function withMark(values: Values, [key, ...rest]: PropertyPath): Values {
  if (key === undefined || !Object.hasOwn(values, key)) return values;
  const value = values[key];
  if (value === undefined || value instanceof Secret) return values;
  const inner = rest.length > 0 && isRecord(value) ? withMark(value, rest) : new Secret(value);
  return Object.fromEntries([...Object.entries(values), [key, inner]]);
}

function isRecord(value: Value): value is Values {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Secret)
    return false;
  return asAsset(value) === undefined;
}
