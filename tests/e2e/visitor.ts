import type { Attempt } from "../../app/api/src/features/attempts/contract.ts";
import type { Standing } from "../../app/api/src/features/leaderboard/contract.ts";

/** An answer of the API as its JSON and the headers; of the CDN itself as text. */
export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

const timeoutMs = 10_000;

/** Who uses the API through the CDN as a browser does: keeps the cookies, sends them along. */
export class Visitor {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Rejects when nobody answers within ten seconds; any status is an answer. */
  async ask<T>(method: string, path: string, body?: unknown, headers = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.#cookies.size === 0
          ? {}
          : { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.#cookies.set(name, value);
    }
    const text = await response.text();
    // For 502, 503 and 504 the CDN shows its page, whatever was asked.
    const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    return {
      status: response.status,
      body: (isJson ? JSON.parse(text) : text) as T,
      headers: response.headers,
    };
  }

  /** As `ask`; rejects with the answer unless it is 2xx. */
  async done<T>(method: string, path: string, body?: unknown, headers = {}): Promise<T> {
    const answer = await this.ask<T>(method, path, body, headers);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    throw new Error(`${method} ${path}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async name(name: string): Promise<string> {
    const { participant } = await this.done<{ participant: { id: string } }>("PUT", "/api/me", { name });
    return participant.id;
  }

  async start(quizId: string): Promise<Attempt> {
    return this.done("POST", `/api/quizzes/${quizId}/attempts`);
  }

  /** Answers every question with the first option. A repetition with the same key answers the same. */
  async submit(attempt: Attempt, key: string = attempt.id): Promise<Attempt> {
    const quiz = await this.done<{
      questions: readonly { id: string; options: readonly { id: string }[] }[];
    }>("GET", `/api/quizzes/${attempt.quizId}`);
    const answers = Object.fromEntries(quiz.questions.map(({ id, options }) => [id, options[0]?.id]));
    return this.done("POST", `/api/attempts/${attempt.id}/submit`, { answers }, { "idempotency-key": key });
  }

  async standing(): Promise<Standing> {
    return this.done("GET", "/api/me/standing");
  }
}
