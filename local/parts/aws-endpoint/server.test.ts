import { readFileSync, statSync } from "node:fs";
import { request } from "node:https";
import type { LookupFunction } from "node:net";
import { dirname } from "node:path";
import { rootCertificates } from "node:tls";

import { VPC_ENDPOINT } from "../../aws/services/ec2/references.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { testMachine } from "../haproxy/testing.ts";
import type { Via } from "../identity/authorization.ts";
import { ensureForwarder } from "./forwarder.ts";
import type { Placement } from "./placement.ts";
import { socketPath } from "./region-socket.ts";
import { serveEndpoint } from "./server.ts";
import type { EndpointServer, Listeners } from "./server.ts";

// HAProxy and openssl are real processes.

const ID = "vpce-1";
const NAME = "s3.eu-central-1.amazonaws.com";
const PLACEMENT: Placement = {
  service: "s3",
  vpcId: "vpc-1",
  places: [{ host: "s3-1" }],
  names: [NAME, `*.${NAME}`],
  certified: [NAME, `*.${NAME}`],
};
const machine = testMachine("127.98.38");
const account = new MemoryAccount();
const asked: Via[] = [];
const listeners: Listeners = {
  s3: (via) => (message, response) => {
    asked.push(via());
    response.end(`${message.headers.host ?? ""}${message.url ?? ""}`);
  },
  elasticloadbalancing: () => (_message, response) => void response.writeHead(500).end(),
};
let address: string;
let server: EndpointServer;
let authority: string;

const serve = (): Promise<EndpointServer> => serveEndpoint({ machine, account, listeners }, ID, PLACEMENT);

/** As a pod asks: by name, and with the region's authority among those it trusts. */
function ask(host: string, ca = authority): Promise<string> {
  return new Promise((resolve, reject) => {
    const lookup: LookupFunction = (_name, _options, done) => done(null, [{ address, family: 4 }]);
    request({ host, path: "/key", ca, lookup, agent: false }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += String(chunk)));
      answer.on("end", () => resolve(body));
      answer.on("error", reject);
    })
      .on("error", reject)
      .end();
  });
}
beforeAll(async () => {
  ({ address } = await machine.hosts.ensure("s3-1", "subnet-1"));
  account.records.push({
    urn: "urn",
    type: VPC_ENDPOINT,
    id: ID,
    inputs: {},
    outputs: { policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}' },
  });
  server = await serve();
  const socket = socketPath(machine, ID);
  await ensureForwarder(machine, { host: "s3-1", program: "vpc-endpoint", address, port: 443, socket });
  authority = readFileSync((await regionAuthority(machine)).files.cert, "utf8");
});
afterAll(async () => {
  server.close();
  await machine.remove();
});
beforeEach(() => void asked.splice(0));

it("answers by the service's names with a certificate of the region's authority", async () => {
  expect(await ask(NAME)).toBe(`${NAME}/key`);
  expect(await ask(`assets.${NAME}`)).toBe(`assets.${NAME}/key`);
});

it("is believed by nobody who does not trust that authority, nor by another name", async () => {
  await expect(ask("sts.eu-central-1.amazonaws.com")).rejects.toMatchObject({
    code: "ERR_TLS_CERT_ALTNAME_INVALID",
  });
  // As at AWS: the star stands for one label.
  await expect(ask(`dotted.name.${NAME}`)).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await expect(ask(NAME, rootCertificates.join("\n"))).rejects.toMatchObject({
    code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  });
  expect(asked).toEqual([]);
});

it("knows by which endpoint a request came, and its policy of this moment", async () => {
  await ask(NAME);
  const [record] = account.records;
  if (record) account.records[0] = { ...record, outputs: { policy: '{"Statement":[]}' } };
  await ask(NAME);
  expect(asked.map(({ endpointId, vpcId, policy }) => [endpointId, vpcId, policy.length])).toEqual([
    [ID, "vpc-1", 1],
    [ID, "vpc-1", 0],
  ]);
});

it("lets the forwarders' user into the one folder with the sockets, and nobody into any file", async () => {
  const socket = socketPath(machine, ID);
  const mode = (path: string): number => statSync(path).mode & 0o777;
  expect([mode(socket), mode(dirname(socket))]).toEqual([0o660, 0o710]);
  const group = Number(await machine.run("id", ["-g", "haproxy"]));
  expect([statSync(socket).gid, statSync(dirname(socket)).gid]).toEqual([group, group]);
});

it("cuts clients off while there is no region, and needs no other forwarder for the next one", async () => {
  server.close();
  await expect(ask(NAME)).rejects.toMatchObject({ code: "ECONNRESET" });
  const before = machine.processes.list();
  server = await serve();
  expect(await ask(NAME)).toBe(`${NAME}/key`);
  expect(machine.processes.list()).toEqual(before);
});
