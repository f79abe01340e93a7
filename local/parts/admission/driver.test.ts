import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPodIdentityDriver, identitiesFolder } from "./driver.ts";
import { Identities } from "./identities.ts";
import type { StoredResource } from "../../region/protocol.ts";

const TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const progress = (): void => undefined;

function association(id: string, serviceAccount: string, clusterName = "main"): StoredResource {
  const inputs = { clusterName, namespace: "quiz", serviceAccount, roleArn: "arn:aws:iam::0:role/r" };
  return { urn: `urn:${id}`, type: TYPE, id, inputs, outputs: {} };
}

describe("createPodIdentityDriver", () => {
  let state: string;
  const machine = {
    dataDir(part: string): string {
      const folder = join(state, part);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
  };
  const driver = createPodIdentityDriver(machine);
  const has = (serviceAccount: string, namespace = "quiz", cluster = "main"): boolean =>
    new Identities(identitiesFolder(machine, cluster)).has({ namespace, serviceAccount });

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "admission-"));
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });

  it("runs pod identity associations", () => {
    expect(driver.types).toEqual([TYPE]);
  });

  it("lets the webhook know an association's service account, in its namespace and cluster alone", async () => {
    expect(has("uploader")).toBe(false);
    expect(await driver.create(association("a-1", "uploader"), progress)).toEqual({});
    expect(has("uploader")).toBe(true);
    expect(has("uploader", "shop")).toBe(false);
    expect(has("default")).toBe(false);
    expect(has("uploader", "quiz", "other")).toBe(false);
  });

  it("forgets the one that is deleted, not the others; gone already is success", async () => {
    await driver.create(association("a-1", "uploader"), progress);
    await driver.create(association("a-2", "mover"), progress);
    await driver.delete(association("a-1", "uploader"), progress);
    await driver.delete(association("a-1", "uploader"), progress);
    expect([has("uploader"), has("mover")]).toEqual([false, true]);
  });

  it("keeps it over a restart of the region, which puts back what is gone", async () => {
    const resource = association("a-1", "uploader");
    await driver.create(resource, progress);
    await driver.adopt(resource, progress);
    const folder = identitiesFolder(machine, "main");
    expect(readdirSync(folder)).toEqual(["a-1.json"]);
    expect(statSync(join(folder, "a-1.json")).mode & 0o777).toBe(0o600);
    rmSync(join(folder, "a-1.json"));
    await driver.adopt(resource, progress);
    expect(has("uploader")).toBe(true);
  });
});
