/** Entrypoints of the app's image that go wrong after a while, so that a rollout meets the fault only when the release serves. */

/** So many requests of the API are served well first: more than the rollout verifies with. */
const GOOD_FIRST = 30;

/** The app, with `wrong` run at each request of the API after the first ones; `response` is its response. */
function appThat(wrong: string): readonly string[] {
  return appWith(`
    const { writeHead } = ServerResponse.prototype;
    let served = 0;
    ServerResponse.prototype.writeHead = function (status, ...rest) {
      const response = this;
      if (!response.req.url.startsWith("/api/")) return writeHead.call(response, status, ...rest);
      served += 1;
      if (served > ${GOOD_FIRST}) { ${wrong} }
      return writeHead.call(response, response.statusCode, ...rest);
    };
  `);
}

function appWith(module: string): readonly string[] {
  const text = `import { ServerResponse } from "node:http";${module}`;
  const url = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
  return ["node", "--import", url, "/app/server.js"];
}

/** Each so manieth request is answered with 500. The app itself counts that as it would count any other. */
export const answeringWith5xx = (each: number): readonly string[] =>
  appThat(`if (served % ${each} === 0) response.statusCode = 500;`);

/** Every response takes so much longer. The app itself measures that. */
export const slowed = (milliseconds: number): readonly string[] =>
  appWith(`
    const { end } = ServerResponse.prototype;
    let served = 0;
    ServerResponse.prototype.end = function (...given) {
      if (!this.req.url.startsWith("/api/") || ++served <= ${GOOD_FIRST}) return end.apply(this, given);
      setTimeout(() => end.apply(this, given), ${milliseconds});
      return this;
    };
  `);

/** The process ends itself. */
export const crashing = (): readonly string[] => appThat("process.exit(1);");

/** The process takes memory until the kernel ends it. */
export const growing = (): readonly string[] =>
  appThat("globalThis.held ??= []; held.push(Buffer.alloc(16 * 1024 * 1024, 1));");

/** The pods tell no metrics any more. */
export const withoutMetrics = (): readonly string[] =>
  appWith(`
    const { writeHead } = ServerResponse.prototype;
    ServerResponse.prototype.writeHead = function (status, ...rest) {
      return writeHead.call(this, this.req.url === "/metrics" ? 503 : status, ...rest);
    };
  `);

/** The API never becomes ready: it listens nowhere. */
export const neverReady = (): readonly string[] => ["node", "-e", "setInterval(() => undefined, 1000)"];

/** For `NODE_OPTIONS` of the image: the migration fails, and nothing else does. */
export const failingMigration = (): string => {
  const module = `if (process.argv[1].endsWith("/migrate.js")) process.exit(1);`;
  return `--import=data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
};
