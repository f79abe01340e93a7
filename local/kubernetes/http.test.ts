import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError, Unreachable } from "./api-error.ts";
import { httpsTransport, type Transport } from "./http.ts";

const dir = mkdtempSync(join(tmpdir(), "kubernetes-http-"));
let server: Server;
let send: Transport;
let connections = 0;
let seen: { client: string; url: string; type: string; body: string }[] = [];

beforeAll(async () => {
  const args = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1";
  execFileSync("openssl", [...args.split(" "), "-keyout", join(dir, "key"), "-out", join(dir, "cert")], {
    stdio: "ignore",
  });
  const [key, cert] = [readFileSync(join(dir, "key"), "utf8"), readFileSync(join(dir, "cert"), "utf8")];
  server = createServer(
    { key, cert, ca: cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const client = (
          request.socket as unknown as { getPeerCertificate(): { subject: { CN: string } } }
        ).getPeerCertificate();
        const { url = "", headers } = request;
        seen.push({ client: client.subject.CN, url, type: headers["content-type"] ?? "", body });
        if (url.startsWith("/missing")) {
          response.writeHead(404).end(JSON.stringify({ code: 404, reason: "NotFound", message: "not here" }));
        } else if (url.startsWith("/broken")) {
          response.writeHead(502).end("<html>bad gateway</html>");
        } else if (url.endsWith("/log")) {
          response.end('{"level":"error"}');
        } else {
          response.end(JSON.stringify({ items: [] }));
        }
      });
    },
  );
  server.on("secureConnection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  send = httpsTransport({ server: address, ca: cert, cert, key });
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true });
});

beforeEach(() => {
  seen = [];
});

describe("the connection to the API server", () => {
  it("shows the client's certificate, and is used again", async () => {
    expect(await send({ method: "GET", path: "/api/v1", query: { labelSelector: "a=b,c" } })).toEqual({
      items: [],
    });
    const contentType = "application/apply-patch+yaml";
    await send({ method: "PATCH", path: "/api/v1/x", body: { a: "ü" }, contentType });
    expect(seen).toEqual([
      { client: "test", url: "/api/v1?labelSelector=a%3Db%2Cc", type: "", body: "" },
      { client: "test", url: "/api/v1/x", type: contentType, body: '{"a":"ü"}' },
    ]);
    expect(connections).toBe(1);
  });

  it("turns answers that are none into errors, whatever they look like", async () => {
    await expect(send({ method: "GET", path: "/missing" })).rejects.toMatchObject({
      status: 404,
      reason: "NotFound",
    });
    const broken = send({ method: "GET", path: "/broken" });
    await expect(broken).rejects.toBeInstanceOf(ApiError);
    await expect(broken).rejects.toThrow("bad gateway");
  });

  it("leaves a text as it is, though it may be JSON, and not an error", async () => {
    expect(await send({ method: "GET", path: "/pods/x/log", text: true })).toBe('{"level":"error"}');
    await expect(send({ method: "GET", path: "/missing", text: true })).rejects.toThrow("not here");
  });

  it("says when nobody answers", async () => {
    const nowhere = httpsTransport({ server: "https://127.0.0.1:1", ca: "", cert: "", key: "" });
    await expect(nowhere({ method: "GET", path: "/" })).rejects.toBeInstanceOf(Unreachable);
  });
});
