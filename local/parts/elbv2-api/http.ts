import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { AwsError } from "../../aws/model.ts";
import { Elbv2Api } from "./api.ts";
import type { Elbv2Context } from "./api.ts";
import { parseQuery, textOf } from "./query.ts";
import { answerXml, errorXml } from "./xml.ts";

const VERSION = "2015-12-01";
const MAX_BODY = 64 * 1024;

/**
 * The ELBv2 Query API over HTTP, for clients of ours with an endpoint override. Signatures and permissions are not
 * checked: whoever reaches the address may call it, so it belongs on loopback or inside the VPC.
 */
export function createElbv2Listener(context: Elbv2Context): RequestListener {
  const api = new Elbv2Api(context);
  return (request, response) => {
    const requestId = randomUUID();
    answer(api, request, requestId)
      .catch((error: unknown) => failure(error, requestId))
      .then(({ status, body }) => send(response, status, body, requestId))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function answer(api: Elbv2Api, request: IncomingMessage, requestId: string): Promise<Answer> {
  const text = request.method === "GET" ? ((request.url ?? "").split("?")[1] ?? "") : await bodyOf(request);
  const parameters = parseQuery(text);
  const operation = textOf(parameters, "Action");
  const version = textOf(parameters, "Version") ?? "";
  if (operation === undefined) {
    throw new AwsError("MissingAction", "The request must contain the parameter Action");
  }
  if (version !== VERSION) {
    throw new AwsError("InvalidAction", `Could not find operation ${operation} for version ${version}`);
  }
  return { status: 200, body: answerXml(operation, await api.call(operation, parameters), requestId) };
}

/** Errors of AWS's kind are the caller's; anything else is ours, and its text stays here. */
function failure(error: unknown, requestId: string): Answer {
  if (error instanceof AwsError) {
    return {
      status: 400,
      body: errorXml({ type: "Sender", code: error.code, message: error.message }, requestId),
    };
  }
  console.error(`elasticloadbalancing ${requestId}:`, error);
  const message = "The request processing has failed because of an unknown error.";
  return { status: 500, body: errorXml({ type: "Receiver", code: "InternalFailure", message }, requestId) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY)
      throw new AwsError("ValidationError", `The request is longer than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function send(response: ServerResponse, status: number, body: string, requestId: string): void {
  response
    .writeHead(status, {
      "content-type": "text/xml",
      "x-amzn-requestid": requestId,
      "content-length": Buffer.byteLength(body),
    })
    .end(body);
}
