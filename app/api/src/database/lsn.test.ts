import { formatLsn, laterOf, lsnText } from "./lsn.ts";

describe("a position in the log", () => {
  it.each([
    ["0/0", 0n],
    ["16/B374D848", 0x16b374d848n],
    ["FFFFFFFF/FFFFFFFF", 0xffffffffffffffffn],
  ])("reads and writes %s", (text, lsn) => {
    expect(lsnText.parse(text)).toBe(lsn);
    expect(formatLsn(lsn)).toBe(text);
  });

  it.each(["", "0", "1/", "G/0", "1/123456789", "1/2/3"])("refuses %j", (text) =>
    expect(lsnText.safeParse(text).success).toBe(false),
  );

  it("orders by place, not by text", () => {
    expect(lsnText.parse("10/0") > lsnText.parse("9/FFFFFFFF")).toBe(true);
    expect(laterOf(1n, 2n)).toBe(2n);
    expect(laterOf(2n, undefined)).toBe(2n);
    expect(laterOf(undefined, 3n)).toBe(3n);
    expect(laterOf(undefined, undefined)).toBeUndefined();
  });
});
