import type { IncomingMessage, ServerResponse } from "node:http";

/** A body that is not taken: longer than its reader takes, or cut off by the client or by the server's time limit. */
export class BodyError extends Error {
  readonly status: 408 | 413;
  readonly code: "RequestEntityTooLarge" | "RequestTimeout";
  constructor(status: 408 | 413, message: string) {
    super(message);
    this.name = "BodyError";
    this.status = status;
    this.code = status === 413 ? "RequestEntityTooLarge" : "RequestTimeout";
  }
}

/**
 * The body, of at most `most` bytes; throws BodyError, without keeping anything where Content-Length says too much.
 * Whoever answers a request whose body may not have been read to its end calls `discardRest`.
 */
export async function readBody(message: IncomingMessage, most: number): Promise<Buffer> {
  const tooLong = new BodyError(413, `The request's body is longer than ${most} bytes`);
  if (Number(message.headers["content-length"] ?? 0) > most) throw tooLong;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Not destroyed when this stops: the connection still carries the answer.
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > most) throw tooLong;
      chunks.push(chunk);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    throw new BodyError(408, "The request's body was not sent to its end in time");
  }
  return Buffer.concat(chunks);
}

/**
 * Before an answer to a request whose body may not have been read: what is left of it is thrown away as it comes. A connection
 * that were closed under a client that still writes would lose it the answer; the server's request timeout ends
 * one that goes on and on.
 */
export function discardRest(response: ServerResponse): void {
  if (response.req.complete) return;
  response.req.resume();
  response.shouldKeepAlive = true;
}
