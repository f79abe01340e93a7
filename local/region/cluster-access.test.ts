import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noAccess } from "./cluster-access.ts";
import { Store } from "./store.ts";

describe("a cluster without access", () => {
  const folder = mkdtempSync(join(tmpdir(), "twinstack-access-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const store = new Store(folder);
  const urn = "urn:cluster";
  const outputs = { endpoint: "https://10.42.0.4" };
  store.add({ urn, type: "aws:eks/cluster:Cluster", id: "local", inputs: {}, outputs }, "ready");

  it("is said to be taken over still, when it is one of the region's", () => {
    const error = noAccess("https://10.42.0.4", { store, repairing: () => [urn] });
    expect(error.code).toBe("ClusterNotReady");
    expect(error.message).toContain("is the cluster local, which the region could not take over yet");
  });

  it.each([
    ["another server", "https://10.42.0.5", [urn]],
    ["one that is not being taken over", "https://10.42.0.4", ["urn:another"]],
  ])("is refused when it is %s", (_what, server, repairing) => {
    const error = noAccess(server, { store, repairing: () => repairing });
    expect(error.code).toBe("UnknownCluster");
    expect(error.message).toBe(
      `${server} is no cluster of this region: the local stack's provider takes only ours`,
    );
  });
});
