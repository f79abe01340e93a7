import { z } from "zod";
import type { Colour } from "../infra/service/colour.ts";

/** How the idle colour is reached before it serves anybody. */
export interface PreviewWay {
  /** The page, through the CDN. */
  readonly url: string;
  readonly header: string;
  /** Secret: in no message. */
  readonly value: string;
}

const TIMEOUT_MS = 10_000;

const version = z.object({ colour: z.string(), image: z.string() });
const quizzes = z.object({ quizzes: z.array(z.object({ id: z.string() })).min(1) });
const anything = z.object({});

/**
 * Asks every route that reads, as a visitor who is let to the idle colour. Writes are left out: they would leave a
 * participant behind.
 *
 * @throws Error that names the route, and what it answered instead.
 */
export async function verify(way: PreviewWay, colour: Colour, image: string): Promise<number> {
  const released = await json(way, "/api/version", version);
  if (released.colour !== colour || released.image !== image) {
    throw new Error(
      `/api/version answers ${released.colour} with ${released.image}, not ${colour} with ${image}`,
    );
  }
  const page = await ask(way, "/");
  if (!page.includes("<html")) throw new Error("/ answers no page");
  const [first] = (await json(way, "/api/quizzes", quizzes)).quizzes;
  const id = encodeURIComponent(first?.id ?? "");
  const rest = [
    `/api/quizzes/${id}`,
    `/api/quizzes/${id}/leaderboard`,
    "/api/leaderboard",
    "/api/me",
    "/api/me/standing",
    "/api/attempts",
  ];
  for (const path of rest) await json(way, path, anything);
  return rest.length + 3;
}

async function ask({ url, header, value }: PreviewWay, path: string): Promise<string> {
  const response = await fetch(new URL(path, url), {
    headers: { [header]: value },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path} answers ${response.status}: ${text.slice(0, 200)}`);
  return text;
}

async function json<T>(way: PreviewWay, path: string, schema: z.ZodType<T>): Promise<T> {
  const text = await ask(way, path);
  const result = schema.safeParse(parsed(text));
  if (result.success) return result.data;
  throw new Error(`${path} answers what this version of the API does not: ${text.slice(0, 200)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
