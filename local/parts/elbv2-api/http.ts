import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { AwsError } from "../../aws/model.ts";
import { BodyError, discardRest } from "../http/body.ts";
import { authorize } from "../identity/authorization.ts";
import type { Via } from "../identity/authorization.ts";
import { authenticateBody } from "../sigv4/authenticate.ts";
import type { Identities } from "../sigv4/authenticate.ts";
import { SIGNATURE_STATUSES } from "../sigv4/errors.ts";
import { Elbv2Api, resourceOf } from "./api.ts";
import type { Elbv2Context } from "./api.ts";
import { parseQuery, textOf } from "./query.ts";
import { answerXml, errorXml } from "./xml.ts";

const VERSION = "2015-12-01";
const MAX_BODY = 64 * 1024;

const SERVICE = "elasticloadbalancing";

export interface Elbv2Options extends Elbv2Context {
  readonly identities: Identities;
  /** The VPC endpoint that all requests come in by; undefined: loopback. */
  readonly via?: () => Via;
}

/** The ELBv2 Query API over HTTP: who calls by the signature, and what that one may by the policies. */
export function createElbv2Listener(options: Elbv2Options): RequestListener {
  const api = new Elbv2Api(options);
  return (request, response) => {
    const requestId = randomUUID();
    answer(options, api, request, requestId)
      .catch((error: unknown) => failure(error, requestId))
      .then(({ status, body }) => send(response, status, body, requestId))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function answer(
  options: Elbv2Options,
  api: Elbv2Api,
  request: IncomingMessage,
  requestId: string,
): Promise<Answer> {
  const { identity, body } = await authenticateBody(SERVICE, request, options.identities, MAX_BODY);
  const text = request.method === "GET" ? ((request.url ?? "").split("?")[1] ?? "") : body;
  const parameters = parseQuery(text);
  const operation = textOf(parameters, "Action");
  const version = textOf(parameters, "Version") ?? "";
  if (operation === undefined) {
    throw new AwsError("MissingAction", "The request must contain the parameter Action");
  }
  if (version !== VERSION) {
    throw new AwsError("InvalidAction", `Could not find operation ${operation} for version ${version}`);
  }
  authorize(options.account, {
    action: `${SERVICE}:${operation}`,
    resource: resourceOf(operation, parameters),
    identity,
    via: options.via?.(),
  });
  return { status: 200, body: answerXml(operation, await api.call(operation, parameters), requestId) };
}

/** Errors of AWS's kind are the caller's; anything else is ours, and its text stays here. */
function failure(error: unknown, requestId: string): Answer {
  if (error instanceof BodyError) {
    const { status, code, message } = error;
    return { status, body: errorXml({ type: "Sender", code, message }, requestId) };
  }
  if (error instanceof AwsError) {
    return {
      status: SIGNATURE_STATUSES[error.code] ?? 400,
      body: errorXml({ type: "Sender", code: error.code, message: error.message }, requestId),
    };
  }
  console.error(`elasticloadbalancing ${requestId}:`, error);
  const message = "The request processing has failed because of an unknown error.";
  return { status: 500, body: errorXml({ type: "Receiver", code: "InternalFailure", message }, requestId) };
}

function send(response: ServerResponse, status: number, body: string, requestId: string): void {
  discardRest(response);
  response
    .writeHead(status, {
      "content-type": "text/xml",
      "x-amzn-requestid": requestId,
      "content-length": Buffer.byteLength(body),
    })
    .end(body);
}
