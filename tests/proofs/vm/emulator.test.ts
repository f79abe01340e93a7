import { UserError } from "../../../doorways/user-error.ts";
import { backportsOf, serves, versionIn } from "./emulator.ts";

it("reads QEMU's version", () => {
  const debian =
    "QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18+b3)\nCopyright (c) 2003-2022 Fabrice Bellard";
  expect(versionIn(debian)).toBe("7.2.22");
  expect(versionIn("QEMU emulator version 10.0.2")).toBe("10.0.2");
  expect(() => versionIn("no such program\n")).toThrow("QEMU says no version: no such program");
});

it.each([
  ["7.2.22", "tcg", false],
  ["9.2.0", "tcg", false],
  ["10.0.2", "tcg", true],
  ["11.1", "tcg", true],
  ["7.2.22", "kvm", true],
] as const)("%s serves with %s: %s", (version, accelerator, well) => {
  expect(serves(version, accelerator)).toBe(well);
});

it("knows backports with a newer QEMU for Debian 12 alone, and says what to do elsewhere", () => {
  expect(backportsOf("ID=debian\nVERSION_CODENAME=bookworm\n", "7.2.22")).toBe("bookworm-backports");
  const elsewhere = (): string => backportsOf("ID=ubuntu\nVERSION_CODENAME=noble\n", "8.2.2");
  expect(elsewhere).toThrow(UserError);
  expect(elsewhere).toThrow("QEMU 8.2.2 is installed; without KVM the guest needs QEMU 10 or newer");
});
