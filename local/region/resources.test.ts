import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Resources } from "./resources.ts";
import { Store } from "./store.ts";
import { ToyDriver } from "./testing/toy-driver.ts";
import { BOX, LID, NAMED, toyModels } from "./testing/toy-models.ts";
import type { StoredResource } from "./protocol.ts";

const quiet = (): void => undefined;

describe("Resources", () => {
  let folder: string;
  let driver: ToyDriver;
  let resources: Resources;
  let logged: jest.SpyInstance;

  /** A region's start on what is on disk; the driver's parts outlive it, as real parts do. */
  function restart(): void {
    resources = new Resources(new Store(folder), toyModels, "eu-central-1");
    resources.useDrivers((type) => (driver.types.includes(type) ? driver : undefined));
  }
  const create = (urn: string, type: string, inputs = {}): ReturnType<Resources["create"]> =>
    resources.create({ urn, type, inputs }, quiet);
  const states = (): readonly string[] =>
    resources.store.all().map(({ state, resource }) => `${resource.urn} ${state}`);
  /** What is on disk when the region is killed while the part of `urn` is being made. */
  async function killInCreate(urn: string, type: string, inputs = {}): Promise<void> {
    driver.gate = new Promise(() => undefined);
    void create(urn, type, inputs);
    await new Promise((resolve) => setImmediate(resolve));
    driver.gate = Promise.resolve();
    restart();
    await resources.adopt(quiet);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-resources-"));
    driver = new ToyDriver([BOX, LID, NAMED]);
    logged = jest.spyOn(console, "error").mockImplementation(quiet);
    restart();
  });
  afterEach(() => {
    logged.mockRestore();
    rmSync(folder, { recursive: true });
  });

  it("answers inputs, the model's outputs and what the running part adds", async () => {
    const box = await create("u:box", BOX, { size: 1 });
    expect(box.id).toMatch(/^box-[0-9a-f]{17}$/);
    expect(box).toEqual({
      urn: "u:box",
      type: BOX,
      id: box.id,
      inputs: { size: 1 },
      outputs: {
        size: 1,
        arn: `arn:aws:toy:eu-central-1:000000000000:box/${box.id}`,
        endpoint: `at ${box.id}`,
      },
    });
    expect(await resources.read(box)).toEqual(box);
    expect(resources.invoke({ token: "aws:toy/count:count", args: {} })).toEqual({ boxes: 1 });
  });

  it("reads what an administrator changed by hand, and keeps the record of what ought to be", async () => {
    const box = await create("u:box", BOX, { size: 1 });
    driver.observed = { inputs: { size: 7 }, outputs: { endpoint: "elsewhere" } };
    expect(await resources.read(box)).toEqual({
      ...box,
      inputs: { size: 7 },
      outputs: { ...box.outputs, size: 7, endpoint: "elsewhere" },
    });
    driver.observed = {};
    expect(await resources.read(box)).toEqual(box);
  });

  it("is idempotent by URN: the engine repeats a create whose answer it never saw", async () => {
    const [first, second] = await Promise.all([
      create("u:box", BOX, { size: 1 }),
      create("u:box", BOX, { size: 1 }),
    ]);
    expect(second).toEqual(first);
    restart();
    expect(await create("u:box", BOX, { size: 1 })).toEqual(first);
    expect(driver.calls).toEqual(["create u:box"]);
  });

  it("makes a second resource when a replacement comes under the same URN, and deletes the old one by id", async () => {
    const old = await create("u:box", BOX, { size: 1 });
    const replacement = await create("u:box", BOX, { size: 2 });
    expect(replacement.id).not.toBe(old.id);
    await resources.delete(old, quiet);
    expect(await resources.read(old)).toBeNull();
    expect(await resources.read(replacement)).toEqual(replacement);
  });

  it("goes on with a create that a crash cut off, under the same id", async () => {
    await killInCreate("u:box", BOX, { size: 1 });
    expect(states()).toEqual(["u:box creating"]);
    const [cut] = resources.store.all();
    expect(resources.account.all(BOX)).toEqual([]);
    const box = await create("u:box", BOX, { size: 1 });
    expect(box.id).toBe(cut?.resource.id);
    expect(driver.calls).toEqual(["create u:box", "create u:box"]);
    expect(states()).toEqual(["u:box ready"]);
  });

  it("clears up a cut-off create when it comes again with other inputs, or its name is taken by another", async () => {
    await killInCreate("u:box", BOX, { size: 1 });
    await create("u:box", BOX, { size: 2 });
    expect(driver.calls).toEqual(["create u:box", "delete u:box", "create u:box"]);
    driver.calls.length = 0;
    await killInCreate("u:a", NAMED, { name: "n" });
    await create("u:b", NAMED, { name: "n" });
    expect(driver.calls.filter((call) => !call.startsWith("adopt"))).toEqual([
      "create u:a",
      "delete u:a",
      "create u:b",
    ]);
    expect(states()).toEqual(["u:box ready", "u:b ready"]);
  });

  it("neither waits for a deletion that is under way, nor does it again, because a name is mentioned there", async () => {
    const box = await create("u:box", BOX);
    const named = await create("u:named", NAMED, { name: "a", label: box.id });
    const open = Promise.withResolvers<undefined>();
    driver.deleteGate = open.promise;
    const slow = resources.delete(named, quiet);
    await new Promise((resolve) => setImmediate(resolve));
    expect(states()).toEqual(["u:box ready", "u:named deleting"]);
    driver.deleteGate = Promise.resolve();
    await resources.delete(box, quiet);
    expect(states()).toEqual(["u:named deleting"]);
    open.resolve(undefined);
    await slow;
    expect(states()).toEqual([]);
    expect(driver.calls.filter((call) => call === "delete u:named")).toHaveLength(1);
  });

  it("clears up what a crash left half made in a resource before that is deleted", async () => {
    const box = await create("u:box", BOX);
    await killInCreate("u:lid", LID, { boxId: box.id });
    await resources.delete(box, quiet);
    expect(driver.calls.slice(-2)).toEqual(["delete u:lid", "delete u:box"]);
    expect(states()).toEqual([]);
    expect([...driver.running]).toEqual([]);
  });

  it("refuses to delete what is in use, also by what is just being made", async () => {
    const box = await create("u:box", BOX);
    let open = quiet;
    driver.gate = new Promise((resolve) => (open = resolve));
    const lid = create("u:lid", LID, { boxId: box.id });
    await new Promise((resolve) => setImmediate(resolve));
    await expect(resources.delete(box, quiet)).rejects.toMatchObject({ code: "DependencyViolation" });
    open();
    await lid;
    await expect(resources.delete(box, quiet)).rejects.toThrow(`${box.id} has a lid`);
    expect(states()).toEqual(["u:box ready", "u:lid ready"]);
    await resources.delete(await lid, quiet);
    await resources.delete(box, quiet);
    expect(states()).toEqual([]);
  });

  it("lets one of two creates win that want the same name at once", async () => {
    const both = await Promise.allSettled([
      create("u:a", NAMED, { name: "n" }),
      create("u:b", NAMED, { name: "n" }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect((both[1] as PromiseRejectedResult).reason).toMatchObject({ code: "EntityAlreadyExists" });
  });

  it("shows a driver its resource as new in a create, as it was in an update, and not in a delete", async () => {
    const seen: (readonly [string, unknown, number])[] = [];
    const look = (step: string, id: string): void => {
      const { account } = resources;
      seen.push([step, account.get(BOX, id)?.inputs["size"], account.all(BOX).length]);
    };
    for (const step of ["create", "update", "delete"] as const) {
      const work = driver[step].bind(driver) as (resource: StoredResource) => Promise<never>;
      jest.spyOn(driver, step).mockImplementation(async (resource) => {
        look(step, resource.id);
        return work(resource);
      });
    }
    const box = await create("u:box", BOX, { size: 1 });
    look("created", box.id);
    await resources.update({ type: BOX, id: box.id, inputs: { size: 2 } }, quiet);
    look("updated", box.id);
    await resources.delete(box, quiet);
    look("deleted", box.id);
    expect(seen).toEqual([
      ["create", 1, 1],
      ["created", 1, 1],
      ["update", 1, 1],
      ["updated", 2, 1],
      ["delete", undefined, 0],
      ["deleted", undefined, 0],
    ]);
  });

  it("records what the program marks secret, and no longer when it does not", async () => {
    const marked = { urn: "u:box", type: BOX, inputs: { size: 1 }, secrets: ["size"] };
    const box = await resources.create(marked, quiet);
    expect(box.secrets).toEqual(["size"]);
    const unmarked = await resources.update({ type: BOX, id: box.id, inputs: { size: 2 } }, quiet);
    expect(unmarked.secrets).toEqual([]);
  });

  it("leaves nothing of a create that failed", async () => {
    driver.failIn = "create";
    await expect(create("u:box", BOX)).rejects.toThrow("create failed");
    expect(driver.calls).toEqual(["create u:box", "delete u:box"]);
    expect([...driver.running, ...states()]).toEqual([]);
  });

  it("makes nothing for an unknown type, an unknown function, or what AWS refuses", async () => {
    await expect(create("u:x", "aws:x/y:Y")).rejects.toMatchObject({ code: "UnsupportedType" });
    await expect(create("u:lid", LID, { boxId: "box-1" })).rejects.toMatchObject({
      code: "InvalidBoxID.NotFound",
    });
    expect(() => resources.invoke({ token: "aws:x/y:y", args: {} })).toThrow("aws:x/y:y is not modelled");
    expect([...driver.calls, ...states()]).toEqual([]);
  });

  it("keeps what was computed through an update and drops an input that was taken out", async () => {
    const box = await create("u:box", BOX, { size: 1, tags: { a: "b" } });
    const updated = await resources.update({ ...box, inputs: { size: 2 } }, quiet);
    expect(updated.outputs).toEqual({
      arn: box.outputs["arn"],
      endpoint: `at ${box.id}`,
      size: 2,
      version: `after {"size":1,"tags":{"a":"b"}}`,
    });
    restart();
    expect(await resources.read(box)).toEqual(updated);
  });

  it("keeps the old record when an update fails", async () => {
    const box = await create("u:box", BOX, { size: 1 });
    driver.failIn = "update";
    await expect(resources.update({ ...box, inputs: { size: 2 } }, quiet)).rejects.toThrow("update failed");
    expect(await resources.read(box)).toEqual(box);
  });

  it("says gone when an administrator removed the part, and makes it anew on the next create", async () => {
    const box = await create("u:box", BOX, { size: 1 });
    driver.running.delete(box.id);
    expect(await resources.read(box)).toBeNull();
    expect(resources.account.all(BOX)).toEqual([]);
    const again = await create("u:box", BOX, { size: 1 });
    expect(again.id).not.toBe(box.id);
    expect(driver.calls).toEqual(["create u:box", "delete u:box", "create u:box"]);
    expect(states()).toEqual(["u:box ready"]);
  });

  it("takes over its parts in creation order and shows no drift for one that is still being repaired", async () => {
    const box = await create("u:box", BOX);
    const lid = await create("u:lid", LID, { boxId: box.id });
    driver.calls.length = 0;
    driver.running.clear();
    driver.failIn = "adopt";
    restart();
    await resources.adopt(quiet);
    expect(resources.repairing()).toEqual(["u:box", "u:lid"]);
    expect(await resources.read(lid)).toEqual(lid);
    driver.failIn = undefined;
    expect(await resources.repair(quiet)).toBe(true);
    expect(driver.calls).toEqual(["adopt u:box", "adopt u:lid", "adopt u:box", "adopt u:lid"]);
    expect(resources.repairing()).toEqual([]);
  });

  it("finishes a deletion that was cut off at the next start", async () => {
    const box = await create("u:box", BOX);
    driver.failIn = "delete";
    await expect(resources.delete(box, quiet)).rejects.toThrow("delete failed");
    expect(states()).toEqual(["u:box deleting"]);
    driver.failIn = undefined;
    restart();
    await resources.adopt(quiet);
    expect([...driver.running, ...states()]).toEqual([]);
    expect(await resources.delete(box, quiet)).toBeNull();
  });
});
