/** A real listener with two buckets, `first` and `other`, and who asks it: the account's root, and a role that may not all. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { RequestOptions, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { MemoryAccount } from "../../aws/testing.ts";
import { testMachine } from "../haproxy/testing.ts";
import { signedHeaders, testIdentity } from "../identity/testing.ts";
import type { Identities } from "../sigv4/authenticate.ts";
import { createS3Drivers, objectStoreOf } from "./driver.ts";
import { createS3Listener } from "./http.ts";

const KEY = "AKIAEXAMPLE";
const SECRET = "secret";
export const ROLE = "arn:aws:iam::000000000000:role/release";
export const SESSION = "arn:aws:sts::000000000000:assumed-role/release/session";
export const AS_ROLE = { key: "ASIATEMPORARY", token: "token" };
export const DENIED = [403, "AccessDenied"];

const root = testIdentity("arn:aws:iam::000000000000:root", SECRET);
/** May neither delete nor tag, and nothing with the bucket `other`. */
const role = {
  ...testIdentity(
    SESSION,
    SECRET,
    (action, resource) =>
      !["s3:DeleteObject", "s3:PutObjectTagging"].includes(action) &&
      !resource.startsWith("arn:aws:s3:::other"),
  ),
  principals: [`AWS:${ROLE}`],
};
const identities: Identities = (key, session) => {
  if (key === KEY) return root;
  if (key !== AS_ROLE.key) return "unknown key";
  return session === AS_ROLE.token ? role : "unknown token";
};

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: the root's. */
  readonly key?: string;
  readonly token?: string;
  /** Name of the server; default: its address. */
  readonly host?: string;
}

export class TestS3 {
  readonly machine;
  readonly account = new MemoryAccount();
  readonly store;
  readonly #server: Server;

  /** `network`: of the test's own, e.g. `127.98.35`. */
  constructor(network: string) {
    this.machine = testMachine(network);
    this.store = objectStoreOf(this.machine);
    const { account, store } = this;
    this.#server = createServer(createS3Listener({ account, store, identities, maxBody: 100_000 }));
  }

  async open(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    for (const bucket of ["first", "other"]) {
      const resource = this.account.make("aws:s3/bucket:Bucket", { bucket });
      await createS3Drivers(this.machine)[0]?.create(resource, () => undefined);
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await this.machine.remove();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A signed request of the API. */
  async send(target: string, sent: Sent = {}): Promise<Response> {
    const { method = "GET", headers = {}, body = "", key = KEY, token, host } = sent;
    const signed = signedHeaders({
      ...{ service: "s3", accessKeyId: key, secretAccessKey: SECRET, method, target, body },
      ...(token === undefined ? {} : { sessionToken: token }),
      headers: { host: host ?? `127.0.0.1:${this.port}`, ...headers },
    });
    return ask(this.port, { method, path: target, headers: signed }, body);
  }
}

/** Status and code of an error. */
export async function refusal(answer: Promise<Response>): Promise<readonly unknown[]> {
  const { status, ...rest } = await answer.then(async (it) => ({ status: it.status, text: await it.text() }));
  return [status, /<Code>(\w+)<\/Code>/.exec(rest.text)?.[1]];
}

/** Keys and prefixes of a listing, in its order. */
export function keys(xml: string): readonly string[] {
  return [...xml.matchAll(/<(?:Key|Prefix)>([^<]+)</g)].map(([, key = ""]) => key);
}

/** fetch lets nobody set Host. */
function ask(port: number, options: RequestOptions, body: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, port, host: "127.0.0.1", agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const { statusCode: status = 0 } = answer;
        const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [
          name,
          String(value),
        ]);
        const empty = status === 204 || status === 304;
        resolve(new Response(empty ? null : Buffer.concat(chunks), { status, headers }));
      });
      answer.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
