import { saysWhyNot } from "./status-words.ts";

describe("the words of make status after a reboot", () => {
  it("say why there is no page", () => {
    const words =
      'nothing runs: a reboot ended the stack; the state of 211 resources is there\n"make up" brings it up\n';
    expect(saysWhyNot(words)).toBe(true);
  });

  it.each([
    ["that there is nothing", 'nothing is up on this machine; "make up" brings it up\n'],
    ["nothing at all", ""],
    ["an error without what to do", "the region does not answer since the machine's boot\n"],
    ["what to do without what happened", 'no page; "make up" brings it up\n'],
  ])("do not when they say %s", (_what, words) => {
    expect(saysWhyNot(words)).toBe(false);
  });
});
