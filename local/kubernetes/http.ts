import { Agent, request, type RequestOptions } from "node:https";
import type { ClusterAccess, Json } from "../region/protocol.ts";
import { ApiError, Unreachable } from "./api-error.ts";

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** The answer is a text, whatever it looks like (a log may be JSON). */
  readonly text?: boolean;
}

/** Sends one request; rejects with `ApiError` (answered) or `Unreachable` (not answered within 30 s). */
export type Transport = (call: ApiRequest) => Promise<Json>;

const ANSWER_WITHIN_MS = 30_000;

/**
 * The Kubernetes API over connections that are kept alive, with the cluster's certificates.
 *
 * Not `KubernetesObjectApi` of @kubernetes/client-node: it sends and returns built-in kinds through its own
 * models, which drops every field they do not know, so a misspelt field would never reach the API server's
 * strict validation and the state would not be the live object; and it lower-cases names in paths.
 */
export function httpsTransport(access: ClusterAccess): Transport {
  const server = new URL(access.server);
  const agent = new Agent({
    keepAlive: true,
    ca: access.ca,
    cert: access.cert,
    key: access.key,
  });
  return async (call) => {
    const options: RequestOptions = {
      agent,
      method: call.method,
      hostname: server.hostname.replace(/^\[|\]$/g, ""),
      port: server.port === "" ? 443 : server.port,
      path: `${server.pathname.replace(/\/$/, "")}${call.path}${queryString(call.query)}`,
      timeout: ANSWER_WITHIN_MS,
    };
    const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const headers = {
      accept: "application/json",
      "user-agent": "twinstack-kubernetes-stand-in",
      ...(body === undefined
        ? {}
        : { "content-type": call.contentType ?? "application/json", "content-length": body.length }),
    };
    const answer = await send({ ...options, headers }, body, access.server);
    return call.text === true ? answer : parseAnswer(answer);
  };
}

function send(options: RequestOptions, body: Buffer | undefined, server: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => {
        reject(new Unreachable(server, error));
      });
      response.on("end", () => {
        const status = response.statusCode ?? 0;
        const answer = Buffer.concat(chunks).toString("utf8");
        if (status >= 200 && status < 300) {
          resolve(answer);
        } else {
          reject(new ApiError(status, parseAnswer(answer)));
        }
      });
    });
    sent.on("timeout", () => {
      sent.destroy(new Error(`no answer within ${String(ANSWER_WITHIN_MS / 1000)} s`));
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // The server closed an idle connection as we used it: nothing of the request was handled.
      if (sent.reusedSocket && error.code === "ECONNRESET") {
        send(options, body, server).then(resolve, reject);
      } else {
        reject(new Unreachable(server, error));
      }
    });
    sent.end(body);
  });
}

/** Anything but JSON (a proxy's error page, plain text) is kept as the message. */
function parseAnswer(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return { message: text.trim() };
  }
}

function queryString(query: Readonly<Record<string, string>> | undefined): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? "" : `?${text}`;
}
