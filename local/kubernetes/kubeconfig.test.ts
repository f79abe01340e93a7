import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTarget } from "./kubeconfig.ts";

const config = {
  clusters: [
    { name: "one", cluster: { server: "https://one.test" } },
    { name: "two", cluster: { server: "https://two.test" } },
  ],
  contexts: [
    { name: "first", context: { cluster: "one", namespace: "shop" } },
    { name: "second", context: { cluster: "two" } },
  ],
  "current-context": "first",
};
const kubeconfig = JSON.stringify(config);

describe("a kubeconfig's cluster", () => {
  it("is that of its current context, of the context asked for, or the one asked for", async () => {
    expect(await readTarget({ kubeconfig })).toEqual({ server: "https://one.test", namespace: "shop" });
    expect(await readTarget({ kubeconfig, context: "second" })).toEqual({
      server: "https://two.test",
      namespace: undefined,
    });
    expect(await readTarget({ kubeconfig, cluster: "two" })).toEqual({
      server: "https://two.test",
      namespace: "shop",
    });
  });

  it("is read from a file when a path is given", async () => {
    const dir = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    writeFileSync(join(dir, "config"), kubeconfig);
    expect(await readTarget({ kubeconfig: join(dir, "config") })).toMatchObject({
      server: "https://one.test",
    });
    rmSync(dir, { recursive: true });
  });

  it.each([
    [{ kubeconfig: "/does/not/exist" }, "is neither a kubeconfig nor the path of one"],
    [{ kubeconfig: "{ token: secret-token" }, "cannot be read: write it as YAML or JSON"],
    [{ kubeconfig, context: "third" }, 'has no context "third": write one of first, second'],
    [{ kubeconfig, cluster: "third" }, 'has no cluster "third" with a server: write one of one, two'],
    [{ kubeconfig: "{}" }, "names no cluster"],
  ])("is refused with what to write: %j", async (choice, message) => {
    await expect(readTarget(choice)).rejects.toThrow(message);
    await expect(readTarget(choice)).rejects.not.toThrow("secret-token");
  });
});
