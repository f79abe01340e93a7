import { sourcesFor } from "./apt-sources.ts";

const targets = [
  "Debian|http://deb.example/debian/|bookworm|main",
  "Debian|http://deb.example/debian/|bookworm|main",
  "Debian|http://deb.example/debian/|bookworm-updates|main",
  "Debian|http://deb.example/debian-security/|bookworm-security|main",
  ". nodistro|http://node.example/|nodistro|main",
  "",
].join("\n");

describe("the guest's apt sources", () => {
  it("are the machine's own of Debian, each once, without other vendors'", () => {
    expect(sourcesFor("bookworm", targets)).toEqual([
      "deb http://deb.example/debian-security/ bookworm-security main",
      "deb http://deb.example/debian/ bookworm main",
      "deb http://deb.example/debian/ bookworm-updates main",
    ]);
  });

  it("are those of another suite with its name changed", () => {
    expect(sourcesFor("trixie", targets)).toEqual([
      "deb http://deb.example/debian-security/ trixie-security main",
      "deb http://deb.example/debian/ trixie main",
      "deb http://deb.example/debian/ trixie-updates main",
    ]);
  });

  it("are none where apt has no lists", () => {
    expect(sourcesFor("bookworm", "|http://deb.example/debian/|bookworm|main\n")).toEqual([]);
  });
});
