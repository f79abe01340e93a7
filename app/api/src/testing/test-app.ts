import { parseConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { start } from "../start.ts";
import { collectLogLines } from "./log-lines.ts";
import { makeSiteFolder } from "./site-folder.ts";

/** The whole app on free loopback ports, with what it logged. */
export async function startTestApp(env: Readonly<Record<string, string>> = {}) {
  const site = makeSiteFolder();
  const { lines, output } = collectLogLines();
  const config = parseConfig({
    PORT: "0",
    METRICS_PORT: "0",
    LISTEN_ADDRESS: "127.0.0.1",
    LOG_LEVEL: "debug",
    APP_COLOUR: "green",
    APP_IMAGE: "registry/app@sha256:1234",
    APP_VERSION: "9.8.7",
    DRAIN_SECONDS: "0",
    ...env,
  });
  const app = await start(config, site.root, createLogger(config, output)).catch((error: unknown) => {
    site.remove();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${app.port}`,
    metricsUrl: `http://127.0.0.1:${app.metricsPort}`,
    port: app.port,
    lines,
    async stop(): Promise<number> {
      const cut = await app.stop();
      site.remove();
      return cut;
    },
  };
}

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
