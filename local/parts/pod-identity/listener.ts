import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { AwsError } from "../../aws/model.ts";
import { discardRest } from "../http/body.ts";
import { assumeRoleForPodIdentity } from "./assume-role.ts";
import type { EksAuth } from "./assume-role.ts";
import { AGENT_ADDRESS, CREDENTIALS_PATH } from "./contract.ts";

/** HTTP statuses of EKS Auth's errors where they are not 400. */
const STATUSES: Readonly<Record<string, number>> = {
  ResourceNotFoundException: 404,
  ServiceUnavailableException: 503,
};

/** What the agent answers that has not asked EKS Auth. */
class AgentError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "AgentError";
    this.status = status;
  }
}

/**
 * `GET /v1/credentials` as the EKS Pod Identity Agent answers it (aws/eks-pod-identity-agent, pkg/handlers and pkg/errors).
 * `eksAuth` answers undefined while there is no cluster.
 */
export function createAgentListener(eksAuth: () => EksAuth | undefined): RequestListener {
  return (request, response) => {
    answer(eksAuth, request)
      .then((credentials) => {
        const body = JSON.stringify(credentials);
        send(response, 200, "application/json", body);
      })
      .catch((error: unknown) => refuse(response, error))
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
}

async function answer(eksAuth: () => EksAuth | undefined, request: IncomingMessage): Promise<unknown> {
  if ((request.url ?? "").split("?")[0] !== CREDENTIALS_PATH) throw new AgentError(404, "404 page not found");
  const host = (request.headers.host ?? "").replace(/:\d+$/, "");
  if (host !== AGENT_ADDRESS) {
    throw new AgentError(
      403,
      `Access Denied. Called agent through invalid address, please use either [${AGENT_ADDRESS}] address not ${host}`,
    );
  }
  const token = request.headers.authorization ?? "";
  checkToken(token);
  const auth = eksAuth();
  if (auth === undefined) throw new AwsError("ServiceUnavailableException", "The cluster does not run");
  return assumeRoleForPodIdentity(auth, token);
}

/** What can be said of a token without the one who signed it. */
function checkToken(token: string): void {
  if (token === "") throw new AgentError(400, "Service account token cannot be empty");
  const parts = token.split(".");
  const [header, claims] = parts.map(json);
  if (parts.length !== 3 || header === undefined || claims === undefined) {
    throw new AgentError(400, "Service account token cannot be parsed: it is no JWT");
  }
  const expires = claims["exp"];
  if (typeof expires === "number" && expires * 1000 <= Date.now()) {
    throw new AgentError(
      400,
      "Service account token failed basic claim validations: token has invalid claims: token is expired",
    );
  }
}

function json(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** An error that is ours stays in the log; the token is in no message. */
function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof AgentError) {
    sendText(response, error.status, error.message);
    return;
  }
  const known =
    error instanceof AwsError ? error : new AwsError("InternalServerException", "An internal error occurred");
  if (!(error instanceof AwsError)) console.error("eks-pod-identity-agent:", error);
  const status = STATUSES[known.code] ?? (error instanceof AwsError ? 400 : 500);
  const fault = status < 500 ? "client" : "server";
  sendText(response, status, `[${randomUUID()}]: (${known.code}): ${known.message}, fault: ${fault}`);
}

function sendText(response: ServerResponse, status: number, message: string): void {
  send(response, status, "text/plain; charset=utf-8", `${message}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  discardRest(response);
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}
