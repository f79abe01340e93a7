import type { ServerOptions } from "node:http";

/**
 * What every HTTP server of ours grants a client, in milliseconds: a request whose headers or body do not come in time is
 * answered with 408, and its connection ends. How long the answer takes is not limited. Node checks for both every
 * `connectionsCheckingInterval`; its own defaults are 60 s, 300 s and 30 s.
 */
export const SERVER_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
} as const satisfies ServerOptions;
