import { startTestApp } from "../../testing/test-app.ts";

describe("GET /api/version", () => {
  it("says which release answered, in body and header", async () => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/api/version`);
    expect(await response.json()).toEqual({
      version: "9.8.7",
      colour: "green",
      image: "registry/app@sha256:1234",
    });
    expect(response.headers.get("x-release-colour")).toBe("green");
    expect(response.headers.get("x-release-digest")).toBe("sha256:1234");
    expect(response.headers.get("cache-control")).toBe("no-store");
    await app.stop();
  });
});
