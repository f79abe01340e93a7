import { newStack, type EngineStack } from "./harness.ts";
import { expectNothingPlanted } from "./planted.ts";

const program = (keeper: string, numberRange = 10) => `
import * as random from "@pulumi/random";
const keepers = { release: "${keeper}" };
const password = new random.RandomPassword("password", { length: 20, minUpper: 2, keepers });
const id = new random.RandomId("id", { byteLength: 4, prefix: "x-" });
const pet = new random.RandomPet("pet", { prefix: id.hex });
const number = new random.RandomInteger("number", { min: 1, max: ${numberRange} });
const uuid = new random.RandomUuid("uuid");
export const secret = password.result;
export const hash = password.bcryptHash;
export const name = pet.id;
export const hex = id.hex;
export const drawn = number.result;
`;

const CREATES = ["create id", "create number", "create password", "create pet", "create uuid"];

interface Outputs {
  readonly secret: string;
  readonly hash: string;
  readonly name: string;
  readonly hex: string;
  readonly drawn: number;
}

describe("the random provider under the real engine", () => {
  let stack: EngineStack;
  let made: Outputs;

  beforeAll(async () => {
    stack = await newStack({ program: program("1") });
  });
  afterAll(() => stack.dispose());

  it("previews what up will do, without making anything", async () => {
    const preview = await stack.preview();
    expect(preview).toMatchObject({ code: 0, errors: "", changes: CREATES });
    expect((await stack.exportState()).deployment.resources).toBeUndefined();
  });

  it("makes the values", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: CREATES });
    made = (await stack.outputs()) as unknown as Outputs;
    expect(made.secret).toMatch(/^[A-Za-z0-9!@#$%&*()\-_=+[\]{}<>:?]{20}$/);
    expect(made.secret.match(/[A-Z]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(made.hash).toMatch(/^\$2a\$10\$[./A-Za-z0-9]{53}$/);
    expect(made.hex).toMatch(/^x-[0-9a-f]{8}$/);
    expect(made.name).toMatch(new RegExp(`^${made.hex}-[a-z]+-[a-z]+$`));
    expect(made.drawn).toBeGreaterThanOrEqual(1);
    expect(made.drawn).toBeLessThanOrEqual(10);
  });

  it("stores no secret in clear", async () => {
    const state = await stack.exportText();
    expect(state).not.toContain(made.secret);
    expect(state).not.toContain(made.hash);
    expect(state).toContain(made.name);
    const { outputs } = await stack.resource("password");
    expect(outputs).toMatchObject({
      length: 20,
      special: true,
      result: { ciphertext: expect.stringMatching(/^v1:/) as string },
      bcryptHash: { ciphertext: expect.stringMatching(/^v1:/) as string },
    });
  });

  it("changes nothing the second time, nor in a refresh", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    const refresh = await stack.refresh();
    expect(refresh).toMatchObject({ code: 0, errors: "" });
    expect(refresh.operations.filter(({ diff }) => Object.keys(diff).length > 0)).toEqual([]);
    expect(await stack.outputs()).toEqual(made);
    expect(await stack.exportText()).not.toContain(made.secret);
  });

  it("replaces the value whose keepers changed, and no other", async () => {
    await stack.setProgram(program("2"));
    const preview = await stack.preview();
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(up.changes).toEqual([
      "create-replacement password",
      "delete-replaced password",
      "replace password",
    ]);
    expect(preview.changes).toEqual(up.changes);
    expect(up.operations.find(({ op }) => op === "replace")?.diff).toEqual({
      "keepers.release": "update-replace",
    });
    const now = (await stack.outputs()) as unknown as Outputs;
    expect(now.secret).not.toBe(made.secret);
    expect(now).toMatchObject({ name: made.name, hex: made.hex, drawn: made.drawn });
  });

  it("refuses a bad input, with what to write instead", async () => {
    await stack.setProgram(program("2", 0));
    const up = await stack.up();
    expect(up.code).not.toBe(0);
    expect(up.changes).toEqual([]);
    expect(up.errors).toBe(
      "random:index/randomInteger:RandomInteger resource 'number': " +
        "property max value {0} has a problem: is 0: write min (1) or more",
    );
    await stack.setProgram(program("2"));
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
  });

  it("shows no secret in a refusal", async () => {
    const secret = program("2").replace("max: 10", "max: pulumi.secret(-73519)");
    await stack.setProgram(`import * as pulumi from "@pulumi/pulumi";\n${secret}`);
    const refused = await stack.preview();
    expect(refused.errors).toContain("max: is [secret]: write min (1) or more");
    expectNothingPlanted(refused, "73519");
  });

  it("imports a password that the program then adopts", async () => {
    const imported = await stack.import(
      "random:index/randomPassword:RandomPassword",
      "legacy",
      "from-elsewhere",
    );
    expect(imported).toMatchObject({ code: 0, errors: "", changes: ["import legacy"] });
    expect(await stack.exportText()).not.toContain("from-elsewhere");
    await stack.setProgram(`${program("2")}
      const legacy = new random.RandomPassword("legacy", { length: 14 });
      export const legacySecret = legacy.result;`);
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    expect(await stack.outputs()).toMatchObject({ legacySecret: "from-elsewhere" });
  });

  it("refuses an import id that cannot be read", async () => {
    const refused = await stack.import("random:index/randomUuid:RandomUuid", "bad", "not-a-uuid");
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain('"not-a-uuid" is no UUID: write 8-4-4-4-12 hex digits');
  });

  it("destroys everything", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.exportState()).deployment.resources).toBeUndefined();
  });
});
