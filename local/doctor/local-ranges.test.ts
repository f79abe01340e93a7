import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCidr } from "../cidr.ts";
import { readLocalRanges } from "./local-ranges.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstack-doctor-"));
const file = join(folder, "Pulumi.local.yaml");

afterAll(() => rmSync(folder, { recursive: true }));

/** What is read of a file with this text. */
function read(text: string) {
  writeFileSync(file, text);
  return readLocalRanges(file);
}

describe("readLocalRanges", () => {
  it("reads the shipped file", async () => {
    expect(await readLocalRanges(join(import.meta.dirname, "../../Pulumi.local.yaml"))).toEqual({
      vpc: parseCidr("10.42.0.0/16"),
      services: parseCidr("172.20.0.0/16"),
    });
  });

  it("reads any way YAML has of writing them", async () => {
    expect(
      await read(
        'config: {"twinstack:network": {cidr: "10.64.0.0/16"}, # ours\n  "twinstack:cluster": {serviceCidr: 172.21.0.0/16}}\n',
      ),
    ).toEqual({ vpc: parseCidr("10.64.0.0/16"), services: parseCidr("172.21.0.0/16") });
  });

  it.each([
    [
      "config:\n  twinstack:network: { cidr: 10.42.0.1/16 }\n",
      'Pulumi.local.yaml: twinstack:network.cidr is "10.42.0.1/16", not a range such as 10.42.0.0/16',
    ],
    [
      "config:\n  twinstack:network: { cidr: 10.42.0.0/16 }\n  twinstack:cluster: {}\n",
      "Pulumi.local.yaml: twinstack:cluster.serviceCidr is not set, not a range such as 172.20.0.0/16",
    ],
    [
      "config: []\n",
      "Pulumi.local.yaml: twinstack:network.cidr is not set, not a range such as 10.42.0.0/16",
    ],
  ])("names the key and the value of %j", async (text, found) => {
    expect(await read(text)).toEqual({
      name: "address ranges",
      state: "blocks",
      found,
      fix: "correct it in Pulumi.local.yaml",
    });
  });

  it("says how to get back a file that is gone or is no YAML", async () => {
    expect(await readLocalRanges(join(folder, "none.yaml"))).toEqual({
      name: "address ranges",
      state: "blocks",
      found: `none.yaml cannot be read: ENOENT: no such file or directory, open '${join(folder, "none.yaml")}'`,
      fix: 'restore it with "git checkout none.yaml"',
    });
    expect(await read("config: [\n")).toMatchObject({
      found: expect.stringMatching(/^Pulumi\.local\.yaml cannot be read: /),
    });
  });
});
