import { namesReady } from "./api-client.ts";
import { conflictingRoute } from "./pod-range.ts";
import { poll } from "./wait.ts";

describe("namesReady", () => {
  const now = Date.parse("2026-11-21T02:00:30Z");
  const node = (name: string, status: string, lastHeartbeatTime = "2026-11-21T01:59:00Z"): object => ({
    metadata: { name },
    status: { conditions: [{ type: "Ready", status, lastHeartbeatTime }] },
  });
  const lease = (name: string, renewTime?: string): object => ({ metadata: { name }, spec: { renewTime } });

  it("counts a node that is Ready and says so now, by its lease or its status", () => {
    const nodes = [
      node("leased", "True"),
      // A new node's lease may come 10 s after its status.
      node("new", "True", "2026-11-21T02:00:29Z"),
      node("not-ready", "False", "2026-11-21T02:00:29Z"),
      node("before-reboot", "True"),
      { metadata: { name: "no-status" }, status: {} },
    ];
    const leases = [
      lease("leased", "2026-11-21T02:00:20.123456Z"),
      lease("not-ready", "2026-11-21T02:00:29Z"),
      lease("before-reboot", "2026-11-21T01:59:00Z"),
      lease("no-status", "2026-11-21T02:00:29Z"),
    ];
    expect(namesReady({ items: nodes } as never, { items: leases } as never, now)).toEqual(["leased", "new"]);
  });
});

describe("conflictingRoute", () => {
  it("finds a VPN in the pods' range", () => {
    const routes = JSON.stringify([
      { dst: "default", dev: "eth0" },
      { dst: "100.64.0.0/10", dev: "tailscale0" },
    ]);
    expect(conflictingRoute(routes)).toBe("the route to 100.64.0.0/10 on tailscale0 covers 100.64.0.0/10");
  });

  it("passes our own nodes' routes and others' elsewhere", () => {
    const routes = [
      { dst: "100.64.1.0/24", dev: "ts-vpc-5e6f7a8" },
      { dst: "100.128.0.0/16", dev: "eth1" },
      { dst: "fd00::/64", dev: "eth0" },
    ];
    expect(conflictingRoute(JSON.stringify(routes))).toBeUndefined();
  });
});

describe("poll", () => {
  it("tries again until the attempt succeeds", async () => {
    let attempts = 0;
    await poll("it", 5000, async () => {
      attempts += 1;
      if (attempts < 3) throw new Error("not yet");
    });
    expect(attempts).toBe(3);
  });

  it("tells the last reason when the time is over", async () => {
    const attempt = poll("the API server", 0, () => Promise.reject(new Error("connect ECONNREFUSED")));
    await expect(attempt).rejects.toThrow("the API server was not ready within 0 s: connect ECONNREFUSED");
  });
});
