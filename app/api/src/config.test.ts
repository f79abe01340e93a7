import { parseConfig } from "./config.ts";
import { ConfigError } from "./errors/config-error.ts";

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("parseConfig", () => {
  it("has a default for everything", () => {
    expect(parseConfig({})).toEqual({
      port: 8080,
      metricsPort: 9090,
      listenAddress: "0.0.0.0",
      logLevel: "info",
      release: {
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
        colour: "none",
        image: "unknown",
      },
      webRoot: undefined,
      drainSeconds: 20,
      shutdownSeconds: 10,
      keepAliveSeconds: 65,
    });
  });

  it("reads every variable", () => {
    const config = parseConfig({
      PORT: "81",
      METRICS_PORT: "82",
      LISTEN_ADDRESS: "::1",
      LOG_LEVEL: "debug",
      APP_COLOUR: "green",
      APP_IMAGE: "registry:5000/app@sha256:0123",
      APP_VERSION: "2.0.0-rc.1",
      WEB_ROOT: "/pages",
      DRAIN_SECONDS: "0",
      SHUTDOWN_SECONDS: "3",
      KEEP_ALIVE_SECONDS: "70",
    });
    expect(config).toEqual({
      port: 81,
      metricsPort: 82,
      listenAddress: "::1",
      logLevel: "debug",
      release: { version: "2.0.0-rc.1", colour: "green", image: "registry:5000/app@sha256:0123" },
      webRoot: "/pages",
      drainSeconds: 0,
      shutdownSeconds: 3,
      keepAliveSeconds: 70,
    });
  });

  it.each([
    [{ PORT: "80a" }, 'PORT="80a": write a port from 1 to 65535, or 0 for any free one.'],
    [{ PORT: "65536" }, 'PORT="65536": write a port from 1 to 65535, or 0 for any free one.'],
    [{ PORT: "" }, 'PORT="": write a port from 1 to 65535, or 0 for any free one.'],
    [{ PORT: " 80" }, 'PORT=" 80": write a port from 1 to 65535, or 0 for any free one.'],
    [{ LISTEN_ADDRESS: "localhost" }, 'LISTEN_ADDRESS="localhost": write an IP address, e.g. 0.0.0.0.'],
    [{ LOG_LEVEL: "loud" }, 'LOG_LEVEL="loud": write one of error, warn, info, debug.'],
    [{ APP_COLOUR: "Blue" }, 'APP_COLOUR="Blue": write one of blue, green, none.'],
    [{ APP_IMAGE: "a b" }, 'APP_IMAGE="a b": write an image reference, e.g. registry/app@sha256:….'],
    [{ APP_VERSION: "" }, 'APP_VERSION="": write a version, e.g. 1.4.0.'],
    [{ DRAIN_SECONDS: "-1" }, 'DRAIN_SECONDS="-1": write a whole number of seconds from 0 to 3600.'],
    [{ DRAIN_SECONDS: "3601" }, 'DRAIN_SECONDS="3601": write a whole number of seconds from 0 to 3600.'],
    [{ SHUTDOWN_SECONDS: "0" }, 'SHUTDOWN_SECONDS="0": write a whole number of seconds from 1 to 3600.'],
    [
      { KEEP_ALIVE_SECONDS: "1.5" },
      'KEEP_ALIVE_SECONDS="1.5": write a whole number of seconds from 1 to 3600.',
    ],
    [
      { PORT: "9090" },
      "METRICS_PORT (not set): write a port other than PORT, because metrics are not for the public.",
    ],
  ])("refuses %j", (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  it("names every wrong variable at once", () => {
    expect(() => parseConfig({ PORT: "x", LOG_LEVEL: "y" })).toThrow(
      "The configuration is not usable:\n" +
        '  PORT="x": write a port from 1 to 65535, or 0 for any free one.\n' +
        '  LOG_LEVEL="y": write one of error, warn, info, debug.',
    );
  });

  it("leaves variables alone that Kubernetes injects", () => {
    expect(problemsOf({ APP_PORT: "tcp://10.0.0.1:80", APP_SERVICE_HOST: "10.0.0.1" })).toEqual([]);
  });
});
