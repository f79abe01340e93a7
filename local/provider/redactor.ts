import type { Value } from "./provider.ts";
import { secretTexts } from "./secret-texts.ts";

/** What stands in a text where a secret was; the engine's own word for it. */
export const MASK = "[secret]";

/** A run of this many characters that a text shares with a secret is hidden where the secret may be quoted in part. */
const RUN = 6;
/** The same in a text that is about the secret. */
const CLOSE_RUN = 4;
/** Shorter secrets are hidden only where they stand alone: "at" would hide half of every word. */
const SHORTEST_INSIDE_WORDS = 4;

export interface RedactorOptions {
  /**
   * Hides pieces of secrets too, and secrets of less than 6 characters. Right for the few secrets of one call; with
   * every secret of an account it would hide half of a log. Default true.
   */
  readonly pieces?: boolean;
}

/**
 * Hides secrets in texts: as they are, in lower case, and as JSON, SQL, URLs, XML and base64 write them.
 *
 * What is short is told from the words of a sentence: 2 or 3 characters are hidden where they stand alone, one
 * character and booleans only in a text about the secret. A number counts where it stands alone.
 */
export class Redactor {
  readonly #whole = new Set<string>();
  readonly #pieces = new Set<string>();
  readonly #words = new Set<string>();
  readonly #hidesPieces: boolean;

  constructor({ pieces = true }: RedactorOptions = {}) {
    this.#hidesPieces = pieces;
  }

  /** Takes in a secret value with everything that is in it. */
  add(value: Value): void {
    const { pieces, wholes, words } = secretTexts(value);
    for (const text of [...pieces, ...wholes]) {
      const long = this.#hidesPieces ? SHORTEST_INSIDE_WORDS : RUN;
      if (text.length < long) this.#words.add(lowered(text));
      else for (const form of writtenForms(text)) this.#whole.add(lowered(form));
    }
    for (const text of pieces) {
      if (this.#hidesPieces) this.#pieces.add(lowered(text));
      else for (const line of text.split("\n")) if (line.length >= 16) this.#whole.add(lowered(line));
    }
    for (const word of words) this.#words.add(lowered(word));
  }

  get empty(): boolean {
    return this.#whole.size + this.#words.size === 0;
  }

  /** A text that may quote a secret. What is in `keep` (a type, a resource's name) stays. */
  redact(text: string, keep: readonly string[] = []): string {
    return this.#masked(text, keep, false);
  }

  /** A text about a secret, such as the reason why it is refused: single characters and quoted pieces of it go too. */
  redactAbout(text: string): string {
    return this.#masked(text, [], true);
  }

  #masked(text: string, keep: readonly string[], about: boolean): string {
    if (this.empty) return text;
    const lower = lowered(text);
    const hidden = new Uint8Array(text.length);
    for (const secret of this.#whole) markAll(lower, secret, hidden);
    if (this.#hidesPieces) {
      markRuns(lower, this.#pieces, about ? CLOSE_RUN : RUN, hidden);
      markWords(lower, this.#words, about ? 1 : 2, about, hidden);
    }
    if (about) markQuoted(lower, [...this.#pieces, ...this.#words], hidden);
    for (const name of keep) unmarkAll(lower, lowered(name), hidden);
    return withMasks(text, hidden);
  }
}

/** In lower case, each character at its place: of a few letters the lower case is longer, they stay. */
function lowered(text: string): string {
  return text.replace(/[^\x20-\x7e]|[A-Z]/gu, (letter) => {
    const lower = letter.toLowerCase();
    return lower.length === letter.length ? lower : letter;
  });
}

/** A text as messages may write it. */
function writtenForms(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    text.trim(),
    json,
    JSON.stringify(json).slice(1, -1),
    text.replaceAll("'", "''"),
    encodeURIComponent(text.toWellFormed()),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    Buffer.from(text).toString("base64"),
  ].filter((form) => form.length >= SHORTEST_INSIDE_WORDS);
}

function* places(text: string, part: string): Iterable<number> {
  if (part === "") return;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) yield at;
}

function markAll(text: string, part: string, hidden: Uint8Array): void {
  for (const at of places(text, part)) hidden.fill(1, at, at + part.length);
}

/** A name that is as long as the secret in it, or is it, stays hidden. */
function unmarkAll(text: string, name: string, hidden: Uint8Array): void {
  for (const at of places(text, name)) {
    if (hidden.subarray(at, at + name.length).includes(0)) hidden.fill(0, at, at + name.length);
  }
}

function markRuns(text: string, secrets: Iterable<string>, length: number, hidden: Uint8Array): void {
  const runs = new Map<string, number[]>();
  for (let at = 0; at + length <= text.length; at += 1) {
    const run = text.slice(at, at + length);
    const known = runs.get(run);
    if (known === undefined) runs.set(run, [at]);
    else known.push(at);
  }
  for (const secret of secrets) {
    for (let at = 0; at + length <= secret.length; at += 1) {
      for (const place of runs.get(secret.slice(at, at + length)) ?? [])
        hidden.fill(1, place, place + length);
    }
  }
}

function markWords(
  text: string,
  words: ReadonlySet<string>,
  shortest: number,
  booleans: boolean,
  hidden: Uint8Array,
): void {
  for (const word of words) {
    if (word.length < shortest || (!booleans && (word === "true" || word === "false"))) continue;
    for (const at of places(text, word)) {
      const around = [text[at - 1] ?? " ", text[at + word.length] ?? " "];
      if (!around.some((character) => /\w/.test(character))) hidden.fill(1, at, at + word.length);
    }
  }
}

/** A quoted piece goes whole when any of it is hidden or all of it is in a secret. */
function markQuoted(text: string, secrets: readonly string[], hidden: Uint8Array): void {
  for (const quoted of text.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g)) {
    const piece = quoted[1] ?? quoted[2] ?? "";
    const [from, to] = [quoted.index + 1, quoted.index + 1 + piece.length];
    const secret = piece !== "" && secrets.some((each) => each.includes(piece));
    if (secret || hidden.subarray(from, to).includes(1)) hidden.fill(1, from, to);
  }
}

function withMasks(text: string, hidden: Uint8Array): string {
  let masked = "";
  for (let at = 0; at < text.length; at += 1) {
    if (hidden[at] === 0) masked += text.charAt(at);
    else if (at === 0 || hidden[at - 1] === 0) masked += MASK;
  }
  return masked;
}
