import { checkVersion } from "./program.ts";

describe("checkVersion", () => {
  it("lets a newer PostgreSQL stand in for an older one, any minor version", () => {
    for (const asked of ["15", "15.14", "17", "17.2"])
      expect(() => checkVersion("postgres", asked, 17)).not.toThrow();
  });

  it("refuses a newer one than the machine's, by name", () => {
    expect(() => checkVersion("postgres", "17.2", 15)).toThrow(
      'Cannot find version 17.2 for postgres: this machine runs PostgreSQL 15; write engineVersion "15"',
    );
  });
});
