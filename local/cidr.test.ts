import { contains, formatCidr, overlaps, parseCidr } from "./cidr.ts";

describe("parseCidr", () => {
  it("reads a range and writes it back", () => {
    expect(parseCidr("10.42.128.0/20")).toEqual({ base: 0x0a2a8000, prefix: 20 });
    expect(formatCidr(parseCidr("255.255.255.255/32"))).toBe("255.255.255.255/32");
  });

  it.each([
    ["10.42.0.1/16", '"10.42.0.1/16" has bits set beyond its prefix; write 10.42.0.0/16'],
    ["10.42.0.0", '"10.42.0.0" is not an IPv4 range; write one such as 10.42.0.0/16'],
    ["10.42.0.0/33", '"10.42.0.0/33" is not an IPv4 range; write one such as 10.42.0.0/16'],
    ["10.256.0.0/16", '"10.256.0.0" is not an IPv4 address; write one such as 10.42.0.1'],
  ])("refuses %s", (text, message) => {
    expect(() => parseCidr(text)).toThrow(new Error(message));
  });
});

it("tells ranges that touch from ranges that overlap", () => {
  const range = parseCidr("10.42.0.0/24");
  expect(overlaps(range, parseCidr("10.42.1.0/24"))).toBe(false);
  expect(overlaps(range, parseCidr("10.42.0.255/32"))).toBe(true);
  expect(overlaps(range, parseCidr("10.0.0.0/8"))).toBe(true);
  expect(contains(parseCidr("10.0.0.0/8"), range)).toBe(true);
  expect(contains(range, parseCidr("10.0.0.0/8"))).toBe(false);
});
