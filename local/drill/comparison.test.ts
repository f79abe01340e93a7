import { compare } from "./comparison.ts";

const one = { table: "app.attempts", rows: 2, digest: "7" };

describe("compare", () => {
  it("says of each table of either side whether it is the same", () => {
    const before = [
      one,
      { table: "app.gone", rows: 1, digest: "1" },
      { table: "app.other", rows: 3, digest: "5" },
    ];
    const after = [
      one,
      { table: "app.new", rows: 0, digest: "0" },
      { table: "app.other", rows: 3, digest: "6" },
    ];
    expect(compare(before, after, ["then", "restored"])).toEqual({
      lines: [
        "  table                 then      restored",
        "  app.attempts             2             2  same",
        "  app.gone                 1     not there  other rows",
        "  app.new          not there             0  other rows",
        "  app.other                3             3  other contents",
      ],
      different: ["app.gone", "app.new", "app.other"],
    });
  });

  it("finds no difference between equal sides", () => {
    expect(compare([one], [one], ["then", "restored"]).different).toEqual([]);
  });
});
