import { unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "./config.ts";
import { ConfigError } from "./errors/config-error.ts";
import { SECRETS, makeSecretsFolder } from "./testing/secrets-folder.ts";

const secrets = makeSecretsFolder();
afterAll(() => secrets.remove());

/** What has no default. */
const needed = {
  DATABASE_WRITER_HOST: "proxy.test",
  CACHE_HOST: "cache.test",
  QUEUE_HOST: "queue.test",
  SECRETS_DIR: secrets.path,
};

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseConfig({ ...needed, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("parseConfig", () => {
  it("has a default for everything but the hosts", () => {
    expect(parseConfig(needed)).toEqual({
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
      startupSeconds: 45,
      publicProtocol: "https",
      database: {
        name: "twinstack",
        writer: { host: "proxy.test", port: 5432 },
        readers: [],
        poolSize: 10,
        readWrite: { user: "app_rw", password: SECRETS["database-rw-password"] },
        readOnly: { user: "app_ro", password: SECRETS["database-ro-password"] },
        tls: true,
      },
      cache: { host: "cache.test", port: 6379, password: SECRETS["cache-auth-token"], tls: true },
      queue: { host: "queue.test", port: 6379, password: SECRETS["queue-auth-token"], tls: true },
    });
  });

  it("reads every variable", () => {
    const config = parseConfig({
      ...needed,
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
      STARTUP_SECONDS: "4",
      PUBLIC_PROTOCOL: "http",
      DATABASE_NAME: "quiz",
      DATABASE_WRITER_PORT: "6432",
      DATABASE_READER_HOSTS: "a.test:5432, 10.0.0.1:5433",
      DATABASE_POOL_SIZE: "3",
      DATABASE_RW_USER: "writer",
      DATABASE_RO_USER: "reader",
      DATABASE_TLS: "off",
      CACHE_PORT: "6380",
      QUEUE_PORT: "6381",
      CACHE_TLS: "off",
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
      startupSeconds: 4,
      publicProtocol: "http",
      database: {
        name: "quiz",
        writer: { host: "proxy.test", port: 6432 },
        readers: [
          { host: "a.test", port: 5432 },
          { host: "10.0.0.1", port: 5433 },
        ],
        poolSize: 3,
        readWrite: { user: "writer", password: SECRETS["database-rw-password"] },
        readOnly: { user: "reader", password: SECRETS["database-ro-password"] },
        tls: false,
      },
      cache: { host: "cache.test", port: 6380, password: SECRETS["cache-auth-token"], tls: false },
      queue: { host: "queue.test", port: 6381, password: SECRETS["queue-auth-token"], tls: false },
    });
  });

  const hosts = "host:port, comma-separated, e.g. replica-1:5432,replica-2:5432";
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
    [
      { DATABASE_WRITER_HOST: undefined },
      "DATABASE_WRITER_HOST (not set): write a host name or address, e.g. proxy.example.com.",
    ],
    [
      { CACHE_HOST: "redis://cache" },
      'CACHE_HOST="redis://cache": write a host name or address, e.g. cache.example.com.',
    ],
    [{ QUEUE_PORT: "0" }, 'QUEUE_PORT="0": write a port from 1 to 65535.'],
    [{ DATABASE_READER_HOSTS: "a.test" }, `DATABASE_READER_HOSTS="a.test": write ${hosts}.`],
    [
      { DATABASE_READER_HOSTS: "a.test:5432;b:1" },
      `DATABASE_READER_HOSTS="a.test:5432;b:1": write ${hosts}.`,
    ],
    [{ DATABASE_READER_HOSTS: "a.test:70000" }, `DATABASE_READER_HOSTS="a.test:70000": write ${hosts}.`],
    [
      { DATABASE_POOL_SIZE: "0" },
      'DATABASE_POOL_SIZE="0": write a whole number of connections from 1 to 200.',
    ],
    [
      { DATABASE_NAME: "Quiz-1" },
      'DATABASE_NAME="Quiz-1": write the database\'s name: lower-case letters, digits and underscores, at most 63.',
    ],
    [{ DATABASE_TLS: "no" }, 'DATABASE_TLS="no": write one of verify, off.'],
    [{ PUBLIC_PROTOCOL: "ftp" }, 'PUBLIC_PROTOCOL="ftp": write one of https, http.'],
    [
      { SECRETS_DIR: "secrets" },
      'SECRETS_DIR="secrets": write the absolute path of the folder of secret files.',
    ],
  ])("refuses %j", (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  it("names every wrong variable at once", () => {
    expect(() => parseConfig({ ...needed, PORT: "x", LOG_LEVEL: "y" })).toThrow(
      "The configuration is not usable:\n" +
        '  PORT="x": write a port from 1 to 65535, or 0 for any free one.\n' +
        '  LOG_LEVEL="y": write one of error, warn, info, debug.',
    );
  });

  it("names every secret file that is missing or empty", () => {
    const folder = makeSecretsFolder();
    unlinkSync(join(folder.path, "cache-auth-token"));
    writeFileSync(join(folder.path, "queue-auth-token"), "\n");
    expect(problemsOf({ SECRETS_DIR: folder.path })).toEqual([
      `SECRETS_DIR="${folder.path}": the file cache-auth-token cannot be read (ENOENT); mount it there.`,
      `SECRETS_DIR="${folder.path}": the file queue-auth-token is empty; write the secret into it.`,
    ]);
    folder.remove();
  });

  it("leaves variables alone that Kubernetes injects", () => {
    expect(problemsOf({ APP_PORT: "tcp://10.0.0.1:80", APP_SERVICE_HOST: "10.0.0.1" })).toEqual([]);
  });
});
