import {
  contains,
  formatCidr,
  isPrivate,
  mustParseCidr,
  networkAddress,
  overlaps,
  parseCidr,
  part,
} from "./cidr.ts";

describe("parseCidr", () => {
  it.each(["10.0.0.0", "10.0.0.0/33", "10.0.0.256/8", "10.0.0/8", "::/0", "10.0.0.0/8 ", "a.b.c.d/8", ""])(
    "takes %j for no range",
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );

  it("reads addresses above 127.255.255.255 as positive numbers", () => {
    expect(parseCidr("192.168.1.0/24")).toEqual({ base: 0xc0a80100, prefix: 24 });
  });

  it("is the inverse of formatCidr", () => {
    for (const text of ["0.0.0.0/0", "10.42.32.0/19", "255.255.255.255/32"]) {
      expect(formatCidr(mustParseCidr(text))).toBe(text);
    }
  });
});

it("clears host bits", () => {
  expect(formatCidr(networkAddress(mustParseCidr("192.168.77.9/20")))).toBe("192.168.64.0/20");
});

it("knows what lies inside and what overlaps", () => {
  const vpc = mustParseCidr("10.42.0.0/16");
  expect(contains(vpc, mustParseCidr("10.42.255.0/24"))).toBe(true);
  expect(contains(vpc, mustParseCidr("10.43.0.0/24"))).toBe(false);
  expect(contains(vpc, mustParseCidr("10.0.0.0/8"))).toBe(false);
  expect(overlaps(vpc, mustParseCidr("10.0.0.0/8"))).toBe(true);
  expect(overlaps(vpc, mustParseCidr("10.41.0.0/16"))).toBe(false);
});

it("knows the private ranges and their ends", () => {
  const privacy = (text: string): boolean => isPrivate(mustParseCidr(text));
  expect(["10.0.0.0/8", "172.31.255.0/24", "192.168.0.0/16"].map(privacy)).toEqual([true, true, true]);
  expect(["11.0.0.0/8", "172.32.0.0/16", "192.169.0.0/16", "10.0.0.0/7"].map(privacy)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

it("refuses a part that is not there", () => {
  expect(formatCidr(part(mustParseCidr("10.0.0.0/16"), 2, 3))).toBe("10.0.192.0/18");
  expect(() => part(mustParseCidr("10.0.0.0/16"), 2, 4)).toThrow("10.0.0.0/16 has no part 4 of 4");
  expect(() => part(mustParseCidr("10.0.0.0/31"), 2, 0)).toThrow(RangeError);
});
