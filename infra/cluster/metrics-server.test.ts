import { Children } from "../testing/children.ts";
import { MetricsServer } from "./metrics-server.ts";

it("is one add-on of the cluster, whose version AWS picks", async () => {
  const children = new Children();
  new MetricsServer(
    "metrics-server",
    { clusterName: "twinstack-test", tags: { team: "a" } },
    children.options,
  );
  const all = await children.all();
  expect(Object.keys(all).sort()).toEqual([
    "aws:eks/addon:Addon cluster-metrics-server",
    "twinstack:cluster:MetricsServer metrics-server",
  ]);
  expect(all["aws:eks/addon:Addon cluster-metrics-server"]?.inputs).toEqual({
    clusterName: "twinstack-test",
    addonName: "metrics-server",
    resolveConflictsOnUpdate: "OVERWRITE",
    tags: { team: "a" },
  });
});
