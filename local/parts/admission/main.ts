import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { clusterServices } from "./cluster-services.ts";
import { Identities } from "./identities.ts";
import { createAdmissionServer } from "./server.ts";
import { createWebhooks } from "./webhooks.ts";

/** The process that process.ts describes; its log is its standard output. */
const NAMES = [
  "listen",
  "serving-certificate",
  "serving-key",
  "server",
  "authority",
  "client-certificate",
  "client-key",
  "identities",
  "region",
] as const;
type Name = (typeof NAMES)[number];

const { values } = parseArgs({
  options: Object.fromEntries(NAMES.map((name) => [name, { type: "string" as const }])),
});
const given = (name: Name): string => {
  const value = values[name];
  if (typeof value !== "string") throw new Error(`--${name} is missing`);
  return value;
};
const file = (name: Name): string => readFileSync(given(name), "utf8");
const log = (message: string): void => console.log(`${new Date().toISOString()} ${message}`);

const webhooks = createWebhooks({
  services: clusterServices({
    server: given("server"),
    ca: file("authority"),
    cert: file("client-certificate"),
    key: file("client-key"),
  }),
  identities: new Identities(given("identities")),
  region: given("region"),
});
const pair = { cert: file("serving-certificate"), key: file("serving-key") };
const [address = "", port = ""] = given("listen").split(":");
createAdmissionServer(pair, webhooks, log).listen(Number(port), address, () =>
  log(`listens on ${address}:${port}`),
);
