import { createLogger } from "./logging.ts";
import { runInRequest } from "./request-context.ts";
import { collectLogLines } from "./testing/log-lines.ts";

describe("createLogger", () => {
  const config = {
    logLevel: "info",
    release: { colour: "blue", version: "1.2.3", image: "unknown" },
  } as const;

  it("writes one JSON object with the release, the request's ids and no secrets", () => {
    const { lines, output } = collectLogLines();
    const logger = createLogger(config, output);
    runInRequest({ requestId: "r-1", traceId: "a".repeat(32), spanId: "b".repeat(16) }, () => {
      logger.info("signed in", { user: "ada", password: "hunter2" });
    });
    expect(lines).toEqual([
      {
        level: "info",
        message: "signed in",
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        colour: "blue",
        version: "1.2.3",
        requestId: "r-1",
        traceId: "a".repeat(32),
        spanId: "b".repeat(16),
        user: "ada",
        password: "[redacted]",
      },
    ]);
  });

  it("has no request ids outside of a request, and drops levels below its own", () => {
    const { lines, output } = collectLogLines();
    const logger = createLogger(config, output);
    logger.debug("unheard");
    logger.warn("heard");
    expect(lines.map((line) => [line["message"], "requestId" in line])).toEqual([["heard", false]]);
  });
});
