import { execFileSync } from "node:child_process";
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority } from "../authority/authority.ts";
import { InstanceRecords } from "../postgres/record.ts";
import { ObjectStore } from "../s3/object-store.ts";
import { Store } from "../../region/store.ts";
import { writeAll, writeFileAtomic } from "./atomic-file.ts";
import { NetworkRecord } from "./network-record.ts";
import type { InstanceRecord } from "../postgres/record.ts";

const KIB = 1024;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atomic-"));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("writeFileAtomic", () => {
  it("goes on after a write that took only a part", () => {
    const write = fs.writeSync.bind(fs);
    jest
      .spyOn(fs, "writeSync")
      .mockImplementation(((file: number, bytes: Uint8Array, offset: number, length: number) =>
        write(file, bytes, offset, Math.min(length, 7000))) as typeof fs.writeSync);
    const text = "é".repeat(50_000);
    writeFileAtomic(join(folder, "record"), text, { durable: true });
    expect(readFileSync(join(folder, "record"), "utf8") === text).toBe(true);
    expect(readdirSync(folder)).toEqual(["record"]);
  });

  it("ends in words when a write takes nothing, and keeps the old record", () => {
    const path = join(folder, "record");
    writeFileAtomic(path, "old");
    let calls = 0;
    jest.spyOn(fs, "writeSync").mockImplementation(() => (calls++ === 0 ? 3 : 0));
    expect(() => writeFileAtomic(path, "new record")).toThrow(
      `${path} was not written: only 3 of 10 bytes could be written`,
    );
    expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["old", ["record"]]);
  });

  it.each([
    ["EIO", "the disk has failed (input/output error)"],
    ["EDQUOT", "the disk quota is used up"],
  ])("takes a flush that answers %s for a failure", (code, words) => {
    const path = join(folder, "record");
    writeFileAtomic(path, "old", { durable: true });
    jest.spyOn(fs, "fsyncSync").mockImplementation(() => {
      throw Object.assign(new Error(`${code}: fsync`), { code });
    });
    expect(() => writeFileAtomic(path, "new", { durable: true })).toThrow(
      `${path} was not written: ${words}`,
    );
    expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["old", ["record"]]);
  });

  it("names a path that cannot be a file's", () => {
    writeFileAtomic(join(folder, "file"), "");
    const below = join(folder, "file", "deeper", "record");
    expect(() => writeFileAtomic(below, "x")).toThrow(
      `${below} was not written: a part of the path is no folder`,
    );
    mkdirSync(join(folder, "taken"));
    expect(() => writeFileAtomic(join(folder, "taken"), "x")).toThrow(
      "taken was not written: it is a folder",
    );
    expect(readdirSync(folder).sort()).toEqual(["file", "taken"]);
  });

  it("gives the file to its owner and no right to others", () => {
    const path = join(folder, "owned");
    writeFileAtomic(path, "x", { owner: { uid: 12345, gid: 54321 } });
    const { uid, gid, mode } = statSync(path);
    expect([uid, gid, mode & 0o777]).toEqual([12345, 54321, 0o600]);
  });
});

describe("writeAll", () => {
  it("tells the write where to go on", () => {
    const asked: (readonly number[])[] = [];
    writeAll(9, Buffer.from("abcdefgh"), (file, _, offset, length) => {
      asked.push([file, offset, length]);
      return Math.min(length, 3);
    });
    expect(asked).toEqual([
      [9, 0, 8],
      [9, 3, 5],
      [9, 6, 2],
    ]);
  });
});

describe("on a disk that is full", () => {
  const NO_SPACE = "was not written: no space left on the file system";
  let disk: string;
  beforeEach(() => {
    disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
  });
  afterEach(() => {
    execFileSync("umount", [disk]);
  });

  /** Leaves so many KiB. */
  const fill = (left: number): void => {
    writeFileSync(join(disk, "ballast"), Buffer.alloc(free() - left * KIB));
  };
  const free = (): number => {
    const { bavail, bsize } = fs.statfsSync(disk);
    return bavail * bsize;
  };
  const filesOf = (path: string): readonly string[] => readdirSync(path).sort();

  it("keeps the old record, removes the half of the new one, and says why", () => {
    const path = join(disk, "record");
    const old = "o".repeat(50_000);
    writeFileAtomic(path, old, { durable: true });
    fill(20);
    expect(() => writeFileAtomic(path, "n".repeat(50_000), { durable: true })).toThrow(`${path} ${NO_SPACE}`);
    expect(readFileSync(path, "utf8") === old).toBe(true);
    expect(filesOf(disk)).toEqual(["ballast", "record"]);
    expect(free()).toBe(20 * KIB);
  });

  it("keeps what the region, the network and the databases recorded", () => {
    const resource = { urn: "urn:1", type: "t", id: "one", inputs: {}, outputs: { text: "o".repeat(9000) } };
    const store = new Store(disk);
    const record = store.add(resource, "ready");
    const network = new NetworkRecord(disk);
    network.vpcs.set("vpc-1", { id: "vpc-1", cidr: "10.0.0.0/16" });
    network.save();
    const instances = new InstanceRecords({ dataDir: () => disk });
    const place = { host: "pg-1", subnetId: "subnet-1", zone: "a" };
    const instance: InstanceRecord = { id: "db", primary: place, synchronous: true, discarded: [], next: 1 };
    instances.put(instance);
    fill(4);

    const larger = { ...resource, outputs: { text: "n".repeat(20_000) } };
    expect(() => store.put(record, { resource: larger })).toThrow(NO_SPACE);
    expect(store.byId("t", "one")).toEqual(record);
    expect(new Store(disk).all()).toEqual([record]);
    network.vpcs.set("vpc-2", { id: "v".repeat(20_000), cidr: "10.1.0.0/16" });
    expect(() => network.save()).toThrow(NO_SPACE);
    expect([...new NetworkRecord(disk).vpcs.keys()]).toEqual(["vpc-1"]);
    const discarded = ["h".repeat(20_000)];
    expect(() => instances.put({ ...instance, discarded })).toThrow(NO_SPACE);
    expect(instances.all()).toEqual([instance]);
  });

  it("keeps an object as it was and stores nothing of the one that does not fit", () => {
    const store = new ObjectStore(join(disk, "s3"));
    store.makeBucket("assets");
    const metadata = { contentType: "text/plain", user: {}, tags: {} };
    store.put("assets", "page", Buffer.from("old"), metadata);
    const before = filesOf(join(disk, "s3", "assets"));
    fill(16);
    expect(() => store.put("assets", "page", Buffer.alloc(50_000), metadata)).toThrow(NO_SPACE);
    // The bytes fit, the record of them does not.
    const tags = { note: "n".repeat(20_000) };
    expect(() => store.put("assets", "page", Buffer.from("new"), { ...metadata, tags })).toThrow(NO_SPACE);
    expect(store.get("assets", "page")?.bytes.toString()).toBe("old");
    expect(filesOf(join(disk, "s3", "assets"))).toEqual(before);
  });

  it("leaves no certificate behind whose key is not whole", async () => {
    const run = async (command: string, args: readonly string[]): Promise<string> =>
      execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    const authority = await Authority.open(join(disk, "pki"), "ca", run);
    const before = filesOf(join(disk, "pki"));
    fill(8);
    const request = { name: "node", commonName: "node", usages: ["serverAuth"] as const };
    await expect(authority.issue(request)).rejects.toThrow(/was not written|No space left/);
    expect(filesOf(join(disk, "pki"))).toEqual(before);
    rmSync(join(disk, "ballast"));
    const pair = await authority.issue(request);
    expect([pair.cert, pair.key].map(existsSync)).toEqual([true, true]);
  });
});
