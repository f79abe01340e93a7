import { Agent, createServer, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { gunzipSync } from "node:zlib";

import { RecordedAccount } from "../../aws/testing-account.ts";
import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { text } from "../../aws/services/fields.ts";
import { resourceModel } from "../../aws/services/index.ts";
import type { Account } from "../../aws/model.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { stored, testMachine } from "../haproxy/testing.ts";
import type { TestMachine } from "../haproxy/testing.ts";
import { createS3Drivers } from "../s3/driver.ts";
import { createDistributionDriver, edgeOf } from "./driver.ts";

export const ACL_ARN = "arn:aws:wafv2:us-east-1:000000000000:global/webacl/edge/1";
const BALANCER = "internal-edge-1.eu-central-1.elb.amazonaws.com";
/** Far from the page's own port, so that a running stack is not in the way; each network looks from a port of its own on. */
const FIRST_TEST_PORT = 18_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the origin got: its headers by name, and the raw target. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** A distribution on a real nginx before an origin of the test's own. */
export class TestEdge {
  readonly machine: TestMachine;
  readonly record = new Map<string, StoredResource>();
  readonly account: Account;
  readonly logged: string[] = [];
  readonly seen: Seen[] = [];
  /** What the origin does; default: 200 with the count of its requests. */
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void = (
    _request,
    response,
    count,
  ) => void response.end(`answer ${count}`);
  readonly #preferredPort: number;
  #origin: Server | undefined;
  #originPort = 0;
  #url = "";

  constructor(network: string) {
    this.machine = testMachine(network);
    this.account = new RecordedAccount(this.record);
    this.#preferredPort = FIRST_TEST_PORT + 100 * Number(network.split(".").at(-1));
  }

  get context() {
    const log = (message: string): void => void this.logged.push(message);
    return { machine: this.machine, account: this.account, log, preferredPort: this.#preferredPort };
  }

  get edge() {
    return edgeOf(this.context);
  }

  get url(): string {
    return this.#url;
  }

  put(type: string, id: string, inputs: JsonObject, outputs: JsonObject = {}): StoredResource {
    const resource = stored(type, id, inputs, outputs);
    this.record.set(id, resource);
    return resource;
  }

  /** A cache policy whose parts are none unless given. */
  cachePolicy(
    id: string,
    [minTtl, defaultTtl, maxTtl]: readonly [number, number, number],
    key: JsonObject = {},
  ): void {
    this.put("aws:cloudfront/cachePolicy:CachePolicy", id, {
      minTtl,
      defaultTtl,
      maxTtl,
      parametersInCacheKeyAndForwardedToOrigin: key,
    });
  }

  async startOrigin(): Promise<void> {
    const server = createServer((request, response) => {
      this.seen.push({ method: request.method ?? "", target: request.url ?? "", headers: request.headers });
      this.answer(request, response, this.seen.length);
    });
    server.keepAliveTimeout = 75_000;
    server.listen(this.#originPort, "127.0.0.1");
    await once(server, "listening");
    this.#originPort = (server.address() as AddressInfo).port;
    this.#origin = server;
    await this.machine.dns.set(BALANCER, ["127.0.0.1"]);
    this.put("aws:cloudfront/vpcOrigin:VpcOrigin", "vo_1", {
      vpcOriginEndpointConfig: { httpPort: this.#originPort, originProtocolPolicy: "http-only" },
    });
  }

  /** What the origin does with a connection that a viewer upgrades. */
  onUpgrade(talk: (socket: Duplex) => void): void {
    this.#origin?.on("upgrade", (_request: IncomingMessage, socket: Duplex) => {
      socket.on("end", () => socket.end());
      talk(socket);
    });
  }

  async stopOrigin(): Promise<void> {
    const closed = once(this.#origin ?? new Agent(), "close");
    this.#origin?.closeAllConnections();
    this.#origin?.close();
    if (this.#origin !== undefined) await closed;
    this.#origin = undefined;
  }

  /** Inputs of a distribution before the test's origin; behaviours and the rest as given. Times in seconds. */
  distribution(more: JsonObject = {}, byDefault: JsonObject = {}, originReadTimeout = 30): JsonObject {
    return {
      enabled: true,
      origins: [
        {
          originId: "balancer",
          domainName: BALANCER,
          vpcOriginConfig: { vpcOriginId: "vo_1", originReadTimeout },
        },
      ],
      defaultCacheBehavior: this.behaviour(byDefault),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
      ...more,
    };
  }

  behaviour(more: JsonObject = {}): JsonObject {
    return {
      targetOriginId: "balancer",
      viewerProtocolPolicy: "allow-all",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId: "cached",
      ...more,
    };
  }

  /** Makes or changes the distribution `E1` as the region does. */
  async apply(inputs: JsonObject): Promise<StoredResource> {
    const driver = createDistributionDriver(this.context);
    const known = this.record.get("E1");
    const outputs = known?.outputs ?? { domainName: "d1.cloudfront.net" };
    const resource = this.put(DISTRIBUTION, "E1", inputs, outputs);
    const answered = known
      ? await driver.update(resource, known, () => undefined)
      : await driver.create(resource, () => undefined);
    this.#url = `http://${text(answered, "domainName") ?? ""}`;
    return this.put(DISTRIBUTION, "E1", inputs, { ...outputs, ...answered });
  }

  /** Makes a bucket with these objects, by key. */
  async bucket(name: string, objects: Readonly<Record<string, JsonObject>>): Promise<void> {
    const drivers = createS3Drivers(this.machine);
    const make = async (type: string, id: string, inputs: JsonObject): Promise<void> => {
      const outputs = resourceModel(type)?.create(inputs, this.account).outputs ?? {};
      await drivers
        .find(({ types }) => types.includes(type))
        ?.create(this.put(type, id, inputs, outputs), () => undefined);
    };
    await make("aws:s3/bucket:Bucket", name, { bucket: name });
    for (const [key, inputs] of Object.entries(objects)) {
      await make("aws:s3/bucketObjectv2:BucketObjectv2", `${name}/${key}`, { bucket: name, key, ...inputs });
    }
  }

  request(
    path: string,
    options: {
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly agent?: Agent;
      /** The viewer's address, of the loopback. */
      readonly from?: string;
    } = {},
  ): Promise<Answer> {
    const { method = "GET", headers = {}, body, agent, from } = options;
    const url = new URL(this.#url);
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          host: url.hostname,
          port: url.port,
          path,
          method,
          headers,
          agent: agent ?? false,
          ...(from === undefined ? {} : { localAddress: from }),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(chunks);
            const plain = response.headers["content-encoding"] === "gzip" ? gunzipSync(bytes) : bytes;
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: plain.toString() });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** `X-Cache` without `from cloudfront`. */
  async cache(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.request(path, { headers });
    return String(answer.headers["x-cache"]).replace(" from cloudfront", "");
  }

  async close(): Promise<void> {
    await this.edge.close();
    await this.stopOrigin();
    await this.machine.remove();
  }
}
