import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Store } from "./store.ts";
import type { StoredResource } from "./protocol.ts";

const resource = (id: string): StoredResource => ({
  urn: `urn:${id}`,
  type: "t",
  id,
  inputs: {},
  outputs: {},
});

describe("Store", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-store-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("gives back everything in creation order after a restart", () => {
    const store = new Store(folder);
    const first = store.add(resource("a"), "creating");
    store.add(resource("b"), "ready");
    store.put(first, { state: "ready", resource: { ...resource("a"), outputs: { arn: "x" } } });
    store.remove(store.add(resource("c"), "ready"));
    const again = new Store(folder);
    expect(again.all()).toEqual([
      { sequence: 1, state: "ready", resource: { ...resource("a"), outputs: { arn: "x" } } },
      { sequence: 2, state: "ready", resource: resource("b") },
    ]);
    expect(again.add(resource("d"), "ready").sequence).toBe(3);
    expect(again.byId("t", "d")?.sequence).toBe(3);
    expect(again.byId("t", "c")).toBeUndefined();
  });

  it("finds the newest of a URN first: the replacement before what it replaces", () => {
    const store = new Store(folder);
    store.add(resource("old"), "ready");
    store.add({ ...resource("new"), urn: "urn:old" }, "ready");
    expect(store.byUrn("urn:old").map((record) => record.resource.id)).toEqual(["new", "old"]);
  });

  it("does not see a write that a crash cut off, and never a half one", () => {
    const store = new Store(folder);
    store.add(resource("a"), "creating");
    const file = join(folder, "resources", "000001.json");
    const whole = readFileSync(file, "utf8");
    // Killed before the rename: the new text lies beside the record.
    writeFileSync(`${file}.4711.tmp`, whole.slice(0, 20).replace("creating", "ready"));
    writeFileSync(join(folder, "resources", "000002.json.4711.tmp"), "{");
    expect(new Store(folder).all()).toEqual(store.all());
  });

  it("names a damaged file instead of starting without it", () => {
    new Store(folder).add(resource("a"), "ready");
    writeFileSync(join(folder, "resources", "000001.json"), "{");
    expect(() => new Store(folder)).toThrow(`${folder}/resources/000001.json is damaged`);
  });

  it("keeps records, which hold secrets, from other users", () => {
    new Store(folder).add(resource("a"), "ready");
    expect(statSync(join(folder, "resources")).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(join(folder, "resources"))) {
      expect(statSync(join(folder, "resources", name)).mode & 0o777).toBe(0o600);
    }
  });
});
