import { parseConfig } from "../config.ts";
import { createLogger } from "../logging.ts";
import { start } from "../start.ts";
import { collectLogLines } from "./log-lines.ts";
import { startPlatform } from "./platform.ts";
import type { TestPlatform } from "./platform.ts";
import { makeSiteFolder } from "./site-folder.ts";

/**
 * The whole app on free loopback ports, with what it logged; on a platform of its own unless one is given.
 */
export async function startTestApp(env: Readonly<Record<string, string>> = {}, given?: TestPlatform) {
  const platform = given ?? (await startPlatform());
  const site = makeSiteFolder();
  const { lines, output } = collectLogLines();
  const removeAll = async (): Promise<void> => {
    site.remove();
    if (given === undefined) await platform.remove();
  };
  try {
    const config = parseConfig({
      PORT: "0",
      METRICS_PORT: "0",
      LISTEN_ADDRESS: "127.0.0.1",
      LOG_LEVEL: "debug",
      APP_COLOUR: "green",
      APP_IMAGE: "registry/app@sha256:1234",
      APP_VERSION: "9.8.7",
      DRAIN_SECONDS: "0",
      PUBLIC_PROTOCOL: "http",
      ...platform.env,
      ...env,
    });
    const app = await start(config, site.root, createLogger(config, output));
    return {
      url: `http://127.0.0.1:${app.port}`,
      metricsUrl: `http://127.0.0.1:${app.metricsPort}`,
      port: app.port,
      lines,
      async stop(): Promise<number> {
        const cut = await app.stop();
        await removeAll();
        return cut;
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
}

export type TestApp = Awaited<ReturnType<typeof startTestApp>>;
