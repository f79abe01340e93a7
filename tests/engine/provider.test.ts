import { processesWith, until, type EngineStack } from "./harness.ts";
import { clearJournal, journal, newProbeStack, probeProgram } from "./harness/probe/stack.ts";

describe("a provider's resources under the real engine", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newProbeStack(`const a = new Thing("a", { value: "one" });`);
  });
  afterAll(() => stack.dispose());

  /** Runs `up` on another program, with the calls of this run alone in the journal. */
  async function up(body: string) {
    await stack.setProgram(probeProgram(body));
    await clearJournal(stack);
    return stack.up();
  }

  it("passes values both ways: numbers exact, lists, records, secrets, assets, references", async () => {
    const result = await up(`
      const secret = pulumi.secret("hush");
      const a = new Thing("a", {
        value: { number: 9007199254740991, fraction: 0.1, negative: -3, yes: true, list: [1, [2]], text: "häß", "odd.key": 1 },
        password: secret,
        file: new pulumi.asset.StringAsset("contents"),
        archive: new pulumi.asset.AssetArchive({ "a.txt": new pulumi.asset.StringAsset("a") }),
      });
      const b = new Thing("b", { value: a });
      export const echo = a.echo;
      export const computed = a.computed;
      export const reference = b.echo;
      export const hidden = (a as unknown as { token: pulumi.Output<string> }).token;
    `);
    expect(result).toMatchObject({ code: 0, errors: "", changes: ["create a", "create b"] });
    const value = {
      number: 9007199254740991,
      fraction: 0.1,
      negative: -3,
      yes: true,
      list: [1, [2]],
      text: "häß",
      "odd.key": 1,
    };
    const [created] = journal(stack, "create");
    expect(created?.inputs).toMatchObject({ value, password: "hush" });
    expect(created?.inputs?.["file"]).toMatchObject({ text: "contents" });
    const { id } = await stack.resource("a");
    expect(await stack.outputs()).toEqual({
      echo: value,
      computed: "made a",
      reference: id,
      hidden: "token of a",
    });
  });

  it("keeps secret what was secret, and what the provider marks", async () => {
    const text = await stack.exportText();
    expect(text).not.toContain("hush");
    expect(text).not.toContain("token of a");
    expect(text).toContain("made a");
    expect((await stack.resource("a")).outputs).toMatchObject({
      password: { ciphertext: expect.any(String) as string },
      token: { ciphertext: expect.any(String) as string },
      file: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    });
  });

  it("sees no change in the same program, assets and secrets included", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    expect(journal(stack, "update")).toEqual([]);
  });

  it("names what has no name, keeps the name, and previews with unknowns for what is not known", async () => {
    await stack.destroy();
    await stack.setProgram(
      probeProgram(`
        const a = new Thing("a", { value: "one" });
        const b = new Thing("b", { value: a.computed, list: [a.computed, "known"] });
        export const thing = a.thing;`),
    );
    await clearJournal(stack);
    expect(await stack.preview()).toMatchObject({ code: 0, changes: ["create a", "create b"] });
    expect(journal(stack, "create")).toMatchObject([
      { name: "a", preview: true, inputs: { value: "one" } },
      { name: "b", preview: true, inputs: { value: "<unknown>", list: ["<unknown>", "known"] } },
    ]);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const { thing } = await stack.outputs();
    expect(thing).toMatch(/^a-[0-9a-f]{7}$/);
    expect(journal(stack, "create").filter(({ preview }) => preview === false)).toMatchObject([
      { name: "a" },
      { name: "b", inputs: { value: "made a", list: ["made a", "known"] } },
    ]);
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    expect((await stack.outputs())["thing"]).toBe(thing);
  });

  it("updates in place with the changed paths, and leaves ignored changes alone", async () => {
    const changed = await up(`
      const a = new Thing("a", { value: "two", tags: { "app.name": "x" } });
      const b = new Thing("b", { value: a.computed, list: [a.computed, "other"] }, { ignoreChanges: ["list[1]"] });`);
    expect(changed).toMatchObject({ code: 0, changes: ["update a"] });
    expect(changed.operations.find(({ op }) => op === "update")?.diff).toEqual({
      value: "update",
      tags: "add",
    });
    expect(journal(stack, "diff").find(({ name }) => name === "b")).toMatchObject({
      ignoreChanges: ["list[1]"],
      news: { list: ["made a", "known"] },
    });
  });

  it("keeps a stable output known in the preview of an update", async () => {
    await stack.setProgram(
      probeProgram(`
        const a = new Thing("a", { value: "three" });
        const b = new Thing("b", { value: a.computed, list: [a.computed, "known"] });`),
    );
    await clearJournal(stack);
    expect(await stack.preview()).toMatchObject({ code: 0, changes: ["update a"] });
    expect(journal(stack, "diff").find(({ name }) => name === "b")).toMatchObject({
      news: { value: "made a" },
    });
  });

  it("replaces create-first, or delete-first when the provider says so", async () => {
    const createFirst = await up(`new Thing("a", { value: "two", fixed: 1 });`);
    expect(createFirst).toMatchObject({ code: 0, errors: "" });
    expect(createFirst.changes).toEqual([
      "create-replacement a",
      "delete b",
      "delete-replaced a",
      "replace a",
    ]);
    expect(
      journal(stack).filter(({ method, name }) => name === "a" && /create|delete/.test(method)),
    ).toMatchObject([{ method: "create" }, { method: "delete" }]);
    const deleteFirst = await up(`new Thing("a", { value: "two", fixed: 2, named: true });`);
    expect(deleteFirst).toMatchObject({ code: 0, errors: "" });
    expect(
      journal(stack).filter(({ method, name }) => name === "a" && /create|delete/.test(method)),
    ).toMatchObject([{ method: "delete" }, { method: "create" }]);
  });

  it("sees in a refresh what an administrator removed, and makes it again", async () => {
    await clearJournal(stack, true);
    const refresh = await stack.refresh();
    expect(refresh).toMatchObject({ code: 0, errors: "" });
    expect((await stack.exportState()).deployment.resources?.some(({ urn }) => urn.endsWith("::a"))).toBe(
      false,
    );
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["create a"] });
  });

  it("imports, and calls functions", async () => {
    expect(await stack.import("probe:index:Thing", "c", "c-1")).toMatchObject({ code: 0, errors: "" });
    expect(await stack.resource("c")).toMatchObject({
      id: "c-1",
      inputs: { value: "imported c-1", thing: "c-1" },
    });
    const called = await up(`
      new Thing("c", { value: "imported c-1", thing: "c-1" });
      const answer = pulumi.runtime.invoke("probe:index:ask", { question: 1 });
      export const question = answer.then((all) => all.question);
    `);
    expect(called).toMatchObject({ code: 0, errors: "", changes: ["delete a"] });
    expect(journal(stack, "invoke")).toMatchObject([{ name: "probe:index:ask", args: { question: 1 } }]);
    expect(await stack.outputs()).toEqual({ question: 1 });
    const refused = await up(
      `export const no = pulumi.runtime.invoke("probe:index:ask", { reject: "ask otherwise" });`,
    );
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain("ask otherwise");
  });

  it("configures an explicit provider with plain values, secrets unwrapped", async () => {
    const result = await up(`
      class Probe extends pulumi.ProviderResource {
        constructor(name: string, args: Record<string, unknown>) { super("probe", name, args); }
      }
      const provider = new Probe("mine", { region: "here", key: pulumi.secret("hush") });
      new Thing("d", { value: 1 }, { provider });`);
    expect(result).toMatchObject({ code: 0, errors: "", changes: ["create d", "create mine", "delete c"] });
    expect(journal(stack, "configure")).toMatchObject([{ config: { region: "here", key: "hush" } }, {}]);
    expect(await stack.exportText()).not.toContain("hush");
  });

  it("destroys everything, and leaves no process", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.exportState()).deployment.resources).toBeUndefined();
    await until("the plugins ended", async () => (await processesWith(stack.root)).length === 0);
  });
});
