import { rangesOfNameServers, rangesOfRoutes, refuseConflict } from "./address-conflict.ts";

const routes = rangesOfRoutes(
  JSON.stringify([
    { dst: "default", dev: "eth0" },
    { dst: "192.0.2.0/24", dev: "eth0" },
    { type: "local", dst: "10.42.3.1", dev: "tun0" },
    { type: "broadcast", dst: "10.96.255.255", dev: "eth0" },
    { dst: "10.64.0.0/16", dev: "ts-vpc-1234567" },
    { dst: "fd00::/64", dev: "eth0" },
  ]),
  (device) => device.startsWith("ts-"),
);
const servers = rangesOfNameServers("search lan\nnameserver 10.255.255.53\nnameserver fd00::1\n");

describe("refuseConflict", () => {
  it("passes what the machine does not use, its own bridge included", () => {
    expect(() => refuseConflict("10.64.0.0/16", [...routes, ...servers])).not.toThrow();
    expect(() => refuseConflict("10.96.0.0/16", [...routes, ...servers])).not.toThrow();
  });

  it.each([
    [
      "192.0.0.0/16",
      'cidrBlock: "192.0.0.0/16" overlaps the route to 192.0.2.0/24 on eth0 (192.0.2.0/24), which this machine needs; ' +
        "set the VPC's range to another one, e.g. 10.64.0.0/16",
    ],
    [
      "10.42.0.0/16",
      'cidrBlock: "10.42.0.0/16" overlaps the route to 10.42.3.1 on tun0 (10.42.3.1/32), which this machine needs; ' +
        "set the VPC's range to another one, e.g. 10.64.0.0/16",
    ],
    [
      "10.255.0.0/16",
      'cidrBlock: "10.255.0.0/16" overlaps the name server in /etc/resolv.conf (10.255.255.53/32), which this machine ' +
        "needs; set the VPC's range to another one, e.g. 10.64.0.0/16",
    ],
  ])("refuses %s and names a free range", (cidr, message) => {
    expect(() => refuseConflict(cidr, [...routes, ...servers])).toThrow(new Error(message));
  });
});
