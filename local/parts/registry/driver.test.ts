import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { RecordedAccount } from "../../aws/testing-account.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { stored, testMachine } from "../haproxy/testing.ts";
import { until } from "../host/until.ts";
import { createRegistryDriver } from "./driver.ts";
import { configuration, registryAddress, REPOSITORY } from "./registry.ts";

const NAME = "000000000000.dkr.ecr.eu-central-1.amazonaws.com";
/** At its own address: here all hosts share one network. */
const PUSH = "127.98.11.200:5000";
const record = new Map<string, StoredResource>();
const machine = testMachine("127.98.11");
const account = new RecordedAccount(record);
const driver = createRegistryDriver({ machine, account, pushAddress: PUSH });
const quiet = (): void => undefined;

function repository(name: string, inputs: Record<string, boolean> = {}): StoredResource {
  return stored(REPOSITORY, name, { name, ...inputs }, { repositoryUrl: `${NAME}/${name}` });
}
async function create(resource: StoredResource): Promise<void> {
  await driver.create(resource, quiet);
  record.set(resource.id, resource);
}
async function remove(resource: StoredResource): Promise<void> {
  await driver.delete(resource, quiet);
  record.delete(resource.id);
}

/** Pushes an image of one layer as clients do; answers the layer's digest. */
async function push(name: string, layer: string): Promise<string> {
  const base = `http://${PUSH}/v2/${name}`;
  const blob = async (content: string): Promise<string> => {
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    const started = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const location = new URL(started.headers.get("location") ?? "");
    location.searchParams.set("digest", digest);
    const stored = await fetch(location, {
      method: "PUT",
      body: content,
      headers: { "content-type": "application/octet-stream" },
    });
    expect(stored.status).toBe(201);
    return digest;
  };
  const type = "application/vnd.oci.image.manifest.v1+json";
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: { mediaType: "application/vnd.oci.image.config.v1+json", size: 2, digest: await blob("{}") },
    layers: [
      { mediaType: "application/vnd.oci.image.layer.v1.tar", size: layer.length, digest: await blob(layer) },
    ],
  };
  const put = await fetch(`${base}/manifests/v1`, {
    method: "PUT",
    body: JSON.stringify(manifest),
    headers: { "content-type": type },
  });
  expect(put.status).toBe(201);
  return manifest.layers[0]?.digest ?? "";
}
function blobOnDisk(digest: string): boolean {
  const hex = digest.slice("sha256:".length);
  return existsSync(
    join(
      machine.dataDir("registry"),
      "storage/docker/registry/v2/blobs/sha256",
      hex.slice(0, 2),
      hex,
      "data",
    ),
  );
}
async function answering(): Promise<void> {
  await until("the registry to answer", 30_000, async () => {
    const [address] = machine.dns.resolve(NAME);
    if (address === undefined) return false;
    const both = [`${address}:5000`, PUSH].map((each) => fetch(`http://${each}/v2/`).then(({ ok }) => ok));
    return Promise.all(both).then(
      (ok) => ok.every((each) => each),
      () => false,
    );
  });
}

afterAll(async () => {
  await machine.remove();
});

it("waits for the first subnet, then answers under ECR's name", async () => {
  await create(repository("quiz/app"));
  expect(registryAddress(machine)).toBeUndefined();
  expect(await driver.present(repository("quiz/app"))).toBe(true);
  record.set("subnet-1", stored("aws:ec2/subnet:Subnet", "subnet-1", {}));
  await answering();
  expect(registryAddress(machine)).toBe("127.98.11.1");
  expect(machine.dns.resolve(NAME)).toEqual(["127.98.11.1"]);
});

it("refuses to delete a repository that holds images, unless it is forced", async () => {
  await create(repository("other"));
  const kept = await push("other", "kept layer");
  const gone = await push("quiz/app", "lost layer");
  await expect(remove(repository("quiz/app"))).rejects.toMatchObject({
    code: "RepositoryNotEmptyException",
    message:
      "The repository with name 'quiz/app' in registry with id '000000000000' cannot be deleted because it still contains images",
  });
  expect(blobOnDisk(gone)).toBe(true);
  await remove(repository("quiz/app", { forceDelete: true }));
  await answering();
  expect({ gone: blobOnDisk(gone), kept: blobOnDisk(kept) }).toEqual({ gone: false, kept: true });
  const tags = await fetch(`http://127.98.11.1:5000/v2/other/tags/list`).then((response) => response.json());
  expect(tags).toEqual({ name: "other", tags: ["v1"] });
});

it.each([
  ["POST", "other/blobs/uploads/"],
  ["POST", "mine/blobs/uploads/"],
  ["PUT", "other/manifests/v1"],
  ["DELETE", "other/manifests/v1"],
])(
  "takes no %s of %s at the address that everybody reaches, and goes on answering pulls",
  async (method, path) => {
    const body = method === "PUT" ? "{}" : null;
    const answer = await fetch(`http://127.98.11.1:5000/v2/${path}`, { method, body });
    expect(answer.status).toBe(405);
    expect((await fetch("http://127.98.11.1:5000/v2/other/tags/list")).status).toBe(200);
    expect((await fetch("http://127.98.11.1:5000/v2/mine/tags/list")).status).toBe(404);
  },
);

it("deletes a repository whose manifests were deleted, and with the last one everything", async () => {
  const manifests = `http://${PUSH}/v2/other/manifests`;
  const head = await fetch(`${manifests}/v1`, {
    headers: { accept: "application/vnd.oci.image.manifest.v1+json" },
  });
  expect(
    (await fetch(`${manifests}/${head.headers.get("docker-content-digest")}`, { method: "DELETE" })).status,
  ).toBe(202);
  await remove(repository("other"));
  expect(machine.processes.list().filter(({ running }) => running)).toEqual([]);
  expect(machine.hosts.get("registry")).toBeUndefined();
  expect(machine.dns.resolve(NAME)).toEqual([]);
});

it.each([true, false])("writes the configuration of a listener that is read-only: %s", (readOnly) => {
  expect(configuration({ address: "10.42.128.9:5000", readOnly }, "/state/registry/storage"))
    .toBe(`version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: "/state/registry/storage"
  delete:
    enabled: ${!readOnly}
  maintenance:
    readonly:
      enabled: ${readOnly}
http:
  addr: 10.42.128.9:5000
  headers:
    X-Content-Type-Options: [nosniff]
`);
});
