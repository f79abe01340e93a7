import { spawnSync } from "node:child_process";
import { bcryptHash, requireBcrypt } from "./bcrypt.ts";

/** The system's own check: hashing with the hash as salt gives the hash again. */
function matches(password: string, hash: string): boolean {
  const script = "my ($p, $h) = @ARGV; print crypt($p, $h) eq $h ? 'yes' : 'no'";
  return spawnSync("perl", ["-e", script, password, hash], { encoding: "utf8" }).stdout === "yes";
}

describe("bcryptHash", () => {
  it("makes a hash that fits the password alone, with a new salt each time", async () => {
    const [first, second] = [await bcryptHash("corréct\nhorse"), await bcryptHash("corréct\nhorse")];
    expect(first).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(matches("corréct\nhorse", first)).toBe(true);
    expect(matches("correct horse", first)).toBe(false);
    expect(first).not.toBe(second);
  });

  it("reads 72 bytes, as bcrypt does", async () => {
    const hash = await bcryptHash("x".repeat(100));
    expect(matches("x".repeat(72), hash)).toBe(true);
    expect(matches("x".repeat(71), hash)).toBe(false);
  });

  it("says what is missing where there is no Perl, or one without bcrypt", async () => {
    await expect(bcryptHash("x", "/nonexistent/perl")).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      message: "bcryptHash needs Perl: spawn /nonexistent/perl ENOENT",
    });
    await expect(requireBcrypt("/bin/true")).rejects.toMatchObject({
      code: "FAILED_PRECONDITION",
      message: "bcryptHash: this system's Perl and libcrypt make no bcrypt hash",
    });
    await expect(requireBcrypt()).resolves.toBeUndefined();
  });
});
