import { execFile } from "node:child_process";
import { join } from "node:path";
import { checkout } from "./checkout.ts";

/** The doorway as `make explain TYPE=…` runs it: make hands its variables over in the environment. */
function makeExplain(type: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = ["--disable-warning=ExperimentalWarning", join(checkout, "doorways/main.ts"), "explain"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env: { ...process.env, TYPE: type } }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

it("shows one type, a line an input, and the counts", async () => {
  const { code, stdout, stderr } = await makeExplain("aws:ec2/vpc:Vpc");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [title, ...lines] = stdout.trimEnd().split("\n");
  expect(title).toMatch(/^aws:ec2\/vpc:Vpc {2}\([\w-]+\)$/);
  expect(lines.map((line) => line.trim().split(/\s+/).slice(0, 2).join(" "))).toEqual([
    "cidrBlock enforced",
    "enableDnsHostnames stored",
    "enableDnsSupport stored",
    "tags stored",
    "",
    "1 type,",
  ]);
  expect(lines.at(-1)).toBe("1 type, 4 inputs: 1 enforced, 3 stored, 0 inert");
});

it("refuses a type that no program has, in one line that names the nearest", async () => {
  expect(await makeExplain("aws:rds:Instance")).toEqual({
    code: 1,
    stdout: "",
    stderr:
      'make explain: TYPE: "aws:rds:Instance" is no type of our programs; write one such as aws:rds/instance:Instance\n',
  });
});
