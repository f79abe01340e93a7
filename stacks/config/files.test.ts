import { join } from "node:path";
import * as automation from "@pulumi/pulumi/automation/index.js";
import { platformConfig } from "../config.ts";
import type { RawConfig } from "./raw.ts";

/** The file as Pulumi reads it; no command is run for that. */
async function fileOf(environment: string): Promise<RawConfig> {
  const workspace = await automation.LocalWorkspace.create({
    workDir: join(import.meta.dirname, "../.."),
    pulumiCommand: {
      command: "pulumi",
      version: null,
      run: () => Promise.reject(new Error("no command")),
    } as never,
  });
  const { config = {} } = await workspace.stackSettings(environment);
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

describe("the shipped files", () => {
  it("local is ready, unprotected, and answers to its own account alone", async () => {
    const config = platformConfig("local", await fileOf("local"));
    expect(config.account.allowedAccountIds).toEqual(["000000000000"]);
    expect(config.protect).toBe(false);
  });

  it.each([
    ["staging", false],
    ["prod", true],
  ])("%s needs its account and nothing else", async (environment, protect) => {
    const file = await fileOf(environment);
    let message = "";
    try {
      platformConfig(environment, file);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(
      message
        .split("\n")
        .slice(1)
        .map((line) => line.trim().split(" ")[0]),
    ).toEqual(["aws:allowedAccountIds[0]"]);
    const filled = { ...file, "aws:allowedAccountIds": '["111122223333"]' };
    expect(platformConfig(environment, filled).protect).toBe(protect);
  });
});
