import { inspect } from "node:util";
import { typeFacts } from "../aws/facts.ts";
import { AwsError } from "../aws/model.ts";
import { parsePath } from "../provider/property-path.ts";
import { Redactor } from "../provider/redactor.ts";
import { sensitiveByName } from "../provider/secret-texts.ts";
import { RegionError } from "./region-error.ts";
import type { Json, JsonObject } from "./protocol.ts";

/** What holds secrets: a resource of the record, or a request that is to become one. */
export interface SecretHolder {
  readonly type: string;
  readonly inputs: JsonObject;
  readonly outputs?: JsonObject;
  readonly secrets?: readonly string[];
}

/**
 * The secrets of every resource of the record and of every change under way: what the program marked, what AWS's
 * schema says is secret, and what is named so. Nothing that the region writes or answers as an error shows one. Those
 * of less than 6 characters are not told from words here: the plugin hides them, which knows whose call it is.
 */
export class KnownSecrets {
  readonly #holders: () => readonly SecretHolder[];
  readonly #pending = new Set<SecretHolder>();
  readonly #found = new WeakMap<SecretHolder, readonly Json[]>();

  /** `holders` gives the resources of the record as they are now. */
  constructor(holders: () => readonly SecretHolder[]) {
    this.#holders = holders;
  }

  /** Does work for a request whose secrets are not in the record yet; its error comes without secrets. */
  async during<T>(request: SecretHolder | undefined, work: () => Promise<T>): Promise<T> {
    if (request) this.#pending.add(request);
    try {
      return await work();
    } catch (error) {
      throw this.#redactedError(error);
    } finally {
      if (request) this.#pending.delete(request);
    }
  }

  redact(text: string): string {
    const redactor = new Redactor({ pieces: false });
    for (const holder of [...this.#holders(), ...this.#pending]) {
      for (const value of this.#secretsOf(holder)) redactor.add(value);
    }
    return redactor.redact(text);
  }

  #secretsOf(holder: SecretHolder): readonly Json[] {
    const known = this.#found.get(holder) ?? secretsOf(holder);
    this.#found.set(holder, known);
    return known;
  }

  /** The same error in words without secrets. Of a defect or a part's error, stack and fields are kept as text. */
  #redactedError(error: unknown): unknown {
    if (error instanceof AwsError) return new AwsError(error.code, this.redact(error.message));
    if (error instanceof RegionError) return new RegionError(error.code, this.redact(error.message));
    const redacted = new Error(this.redact(error instanceof Error ? error.message : String(error)));
    redacted.stack = this.redact(inspect(error));
    return redacted;
  }
}

function secretsOf({ type, inputs, outputs = {}, secrets = [] }: SecretHolder): readonly Json[] {
  const declared = Object.entries(typeFacts(type)?.properties ?? {}).filter(
    ([, { secret }]) => secret === true,
  );
  const values = [
    ...secrets.map((path) => valueAt(inputs, path)),
    ...declared.flatMap(([key]) => [inputs[key], outputs[key]]),
    ...[inputs, outputs].flatMap((of) => sensitiveByName(of).map(({ value }) => value as Json)),
  ];
  return values.filter((value): value is Json => value !== undefined && value !== null);
}

/** What is at a marked path, or the text that the path leads into: a policy given as an object is sent as JSON text. */
function valueAt(inputs: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = inputs;
  for (const segment of parsePath(path)) {
    if (typeof value !== "object" || value === null) return value;
    value = (value as { readonly [key: string | number]: Json })[segment];
  }
  return value;
}
