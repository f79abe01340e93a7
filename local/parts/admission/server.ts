import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server } from "node:https";
import { BodyError, discardRest, readBody } from "../http/body.ts";
import { SERVER_LIMITS } from "../http/limits.ts";
import { readReview, writeReview } from "./review.ts";
import type { AdmissionRequest, Verdict } from "./review.ts";

export type Webhook = (request: AdmissionRequest) => Promise<Verdict>;

/** The API server itself takes requests of 3 MiB at most. */
const MAX_BODY = 8 * 1024 * 1024;

/** PEM texts. */
export interface ServingPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * Webhooks by path. What a webhook throws is answered with 500, so that its failurePolicy decides about the pod, and is
 * told to `log`.
 */
export function createAdmissionServer(
  pair: ServingPair,
  webhooks: ReadonlyMap<string, Webhook>,
  log: (message: string) => void,
): Server {
  return createServer({ ...pair, ...SERVER_LIMITS, minVersion: "TLSv1.2" }, (request, response) => {
    answer(webhooks, request)
      .catch((error: unknown): Answer => {
        const message = error instanceof Error ? error.message : String(error);
        log(`${request.url ?? ""}: ${message}`);
        return { status: statusOf(error), body: message, type: "text/plain" };
      })
      .then((answered) => send(response, answered))
      .catch(() => response.destroy());
  });
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

async function answer(webhooks: ReadonlyMap<string, Webhook>, request: IncomingMessage): Promise<Answer> {
  // The API server says how long it waits: /mutate?timeout=10s.
  const webhook = webhooks.get((request.url ?? "").split("?")[0] ?? "");
  if (webhook === undefined || request.method !== "POST") {
    return {
      status: 404,
      type: "text/plain",
      body: `${request.method ?? ""} ${request.url ?? ""}: no webhook`,
    };
  }
  const asked = readReview((await readBody(request, MAX_BODY)).toString());
  return { status: 200, type: "application/json", body: writeReview(asked.uid, await webhook(asked)) };
}

function statusOf(error: unknown): number {
  if (error instanceof BodyError) return error.status;
  return error instanceof SyntaxError ? 400 : 500;
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  discardRest(response);
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
