/** So many requests are served well first: enough for the rollout to verify the release. */
const GOOD_FIRST = 30;

/**
 * An entrypoint of the app's image that answers each so manieth request of the API with 500. The app itself counts that as it
 * would count any other.
 */
export function answeringWith5xx(each: number): readonly string[] {
  const module = `
    import { ServerResponse } from "node:http";
    let served = 0;
    const { writeHead } = ServerResponse.prototype;
    ServerResponse.prototype.writeHead = function (status, ...rest) {
      if (!this.req.url.startsWith("/api/")) return writeHead.call(this, status, ...rest);
      served += 1;
      if (served <= ${GOOD_FIRST} || served % ${each} !== 0) return writeHead.call(this, status, ...rest);
      this.statusCode = 500;
      return writeHead.call(this, 500, ...rest);
    };
  `;
  const url = `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`;
  return ["node", "--import", url, "/app/server.js"];
}
