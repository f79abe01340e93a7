/** As many different texts are remembered; of the oldest the next one is written whole again. */
const REMEMBERED = 500;
/** What differs between two reports of the same thing. */
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

type Write = (text: string) => void;

interface Seen {
  readonly write: Write;
  readonly firstLine: string;
  more: number;
}

/**
 * A log in which the same text stands once: what comes again is counted, and `flush` writes its first line with the count. A
 * text that did not come again between two flushes is written whole the next time.
 */
export class RepeatedLines {
  readonly #seen = new Map<string, Seen>();

  line(text: string, write: Write): void {
    const key = text.replaceAll(REQUEST_ID, "");
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.more += 1;
      return;
    }
    const [oldest] = this.#seen.keys();
    if (this.#seen.size >= REMEMBERED && oldest !== undefined) this.#forget(oldest);
    this.#seen.set(key, { write, firstLine: text.split("\n", 1)[0] ?? "", more: 0 });
    write(text);
  }

  flush(): void {
    for (const [key, seen] of this.#seen) {
      if (seen.more === 0) this.#seen.delete(key);
      else this.#count(seen);
    }
  }

  #forget(key: string): void {
    const seen = this.#seen.get(key);
    if (seen !== undefined && seen.more > 0) this.#count(seen);
    this.#seen.delete(key);
  }

  #count(seen: Seen): void {
    seen.write(`${seen.firstLine} (${seen.more} times more)`);
    seen.more = 0;
  }
}
