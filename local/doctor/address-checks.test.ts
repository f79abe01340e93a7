import { parseCidr } from "../cidr.ts";
import { rangesOfNameServers, rangesOfRoutes } from "../parts/host/address-conflict.ts";
import { checkPodRange, checkPorts, checkServiceRange, checkVpcRange } from "./address-checks.ts";

const ranges = { vpc: parseCidr("10.42.0.0/16"), services: parseCidr("172.20.0.0/16") };

/** The machine's own network, and what a test adds. */
function routes(...more: readonly object[]): string {
  return JSON.stringify([{ dst: "default", dev: "eth0" }, { dst: "192.0.2.0/24", dev: "eth0" }, ...more]);
}

const used = (...more: readonly object[]) =>
  rangesOfRoutes(routes(...more), (device) => device.startsWith("ts-vpc-"));

describe("the VPC's range", () => {
  it("is free beside other networks, and where only our own region's bridge has it", () => {
    const found = { name: "VPC range", state: "ok", found: "10.42.0.0/16 is free", fix: "" };
    expect(checkVpcRange(ranges, used())).toEqual(found);
    expect(checkVpcRange(ranges, used({ dst: "10.42.0.0/16", dev: "ts-vpc-0f7c7b8" }))).toEqual(found);
  });

  it("names the route in it, the keys to change and a range that is free", () => {
    const taken = used({ dst: "10.42.7.0/24", dev: "tun0" }, { dst: "10.64.0.0/10", dev: "tun1" });
    expect(checkVpcRange(ranges, taken)).toEqual({
      name: "VPC range",
      state: "blocks",
      found:
        "10.42.0.0/16 overlaps the route to 10.42.7.0/24 on tun0 (10.42.7.0/24), which this machine needs",
      fix: "set twinstack:network.cidr and twinstack:edge.ingress.cidrs in Pulumi.local.yaml to 10.128.0.0/16",
    });
  });

  it("names the name server in it", () => {
    expect(checkVpcRange(ranges, rangesOfNameServers("nameserver 10.42.0.53\n"))).toMatchObject({
      state: "blocks",
      found:
        "10.42.0.0/16 overlaps the name server in /etc/resolv.conf (10.42.0.53/32), which this machine needs",
      fix: "set twinstack:network.cidr and twinstack:edge.ingress.cidrs in Pulumi.local.yaml to 10.64.0.0/16",
    });
  });

  it("suggests no range where every one it knows is taken", () => {
    expect(checkVpcRange(ranges, used({ dst: "10.0.0.0/8", dev: "tun0" })).fix).toBe(
      "set twinstack:network.cidr and twinstack:edge.ingress.cidrs in Pulumi.local.yaml to a private range that this " +
        "machine does not use",
    );
  });
});

describe("the services' range", () => {
  it("blocks nothing: a network of the machine in it goes on working, and is named", () => {
    expect(checkServiceRange(ranges, used())).toEqual({
      name: "service range",
      state: "ok",
      found: "172.20.0.0/16 is free",
      fix: "",
    });
    expect(checkServiceRange(ranges, used({ dst: "172.20.0.0/16", dev: "docker0" }))).toMatchObject({
      state: "ok",
      found:
        "172.20.0.0/16 overlaps the route to 172.20.0.0/16 on docker0 (172.20.0.0/16), which goes on working",
    });
  });
});

describe("the pods' range", () => {
  it("is fixed: a route in it blocks, our own nodes' do not", () => {
    expect(checkPodRange(routes({ dst: "100.64.1.0/24", dev: "ts-vpc-0f7c7b8" }))).toEqual({
      name: "pod range",
      state: "ok",
      found: "100.64.0.0/16 is free",
      fix: "",
    });
    expect(checkPodRange(routes({ dst: "100.64.0.0/10", dev: "tailscale0" }))).toEqual({
      name: "pod range",
      state: "blocks",
      found: "pods take 100.64.0.0/16, but the route to 100.64.0.0/10 on tailscale0 covers 100.64.0.0/10",
      fix: "remove that route: the range is fixed",
    });
  });
});

describe("ports", () => {
  it("blocks only where loopback gives none", () => {
    expect(checkPorts(undefined)).toEqual({
      name: "ports",
      state: "ok",
      found: "none in particular is needed; 127.0.0.1 gives free ones",
      fix: "",
    });
    expect(checkPorts("connect ENETUNREACH 127.0.0.1:40123")).toEqual({
      name: "ports",
      state: "blocks",
      found: "127.0.0.1 gives no port that can be reached: connect ENETUNREACH 127.0.0.1:40123",
      fix: 'see that loopback is up ("ip link set lo up") and unfiltered',
    });
  });
});
