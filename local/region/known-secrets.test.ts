import { AwsError } from "../aws/model.ts";
import { KnownSecrets, type SecretHolder } from "./known-secrets.ts";
import { redactOutput } from "./redacted-output.ts";
import { RegionError } from "./region-error.ts";

const DB = {
  type: "aws:rds/instance:Instance",
  inputs: { password: "master-7f3a9c", dbName: "marked-7f3a9c" },
  secrets: ["dbName"],
};

const failing = async (secrets: KnownSecrets, error: unknown, request?: typeof DB): Promise<Error> =>
  secrets
    .during(request, async () => {
      throw error;
    })
    .then(
      () => new Error("it did not fail"),
      (failure: unknown) => failure as Error,
    );

describe("the region's secrets", () => {
  it("are those of every resource: declared, marked and named so", () => {
    const others: SecretHolder[] = [
      {
        type: "aws:secretsmanager/secretVersion:SecretVersion",
        inputs: { secretString: '{"username":"app-user","password":"in-json-7f3a9c"}' },
        outputs: {},
      },
      { type: "aws:iam/role:Role", inputs: { tags: { apiPassword: "in-a-tag-7f3a9c" } } },
      { type: "aws:iam/policy:Policy", inputs: { policy: '{"S":["x-7f3a9c"]}' }, secrets: ["policy.S[0]"] },
    ];
    const secrets = new KnownSecrets(() => [DB, ...others]);
    const text = "master-7f3a9c marked-7f3a9c in-json-7f3a9c in-a-tag-7f3a9c x-7f3a9c postgres";
    expect(secrets.redact(text)).toBe("[secret] [secret] [secret] [secret] [secret] postgres");
  });

  it("are left out of errors of the change that brings them, and known no longer after it", async () => {
    const secrets = new KnownSecrets(() => []);
    const aws = await failing(secrets, new AwsError("Invalid", "got master-7f3a9c"), DB);
    expect(aws).toEqual(new AwsError("Invalid", "got [secret]"));
    expect(aws).toBeInstanceOf(AwsError);
    const region = await failing(secrets, new RegionError("X", "got marked-7f3a9c"), DB);
    expect(region).toEqual(new RegionError("X", "got [secret]"));
    expect(secrets.redact("master-7f3a9c")).toBe("master-7f3a9c");
  });

  it("are left out of a part's error with its stack, its fields and its cause", async () => {
    const cause = Object.assign(new Error("ALTER ROLE a PASSWORD 'master-7f3a9c'"), {
      args: ["master-7f3a9c"],
    });
    const error = new Error("cannot set master-7f3a9c", { cause });
    const failure = await failing(new KnownSecrets(() => [DB]), error);
    expect(failure.message).toBe("cannot set [secret]");
    expect(failure.stack).toContain("ALTER ROLE a PASSWORD '[secret]'");
    expect(failure.stack).toContain("known-secrets.test.ts");
    expect(failure.stack).not.toContain("7f3a9c");
  });

  it("are hidden in everything that is printed until it ends", () => {
    const printed: string[] = [];
    const output = { write: (chunk: string | Uint8Array) => printed.push(String(chunk)) > 0 };
    const write = output.write;
    const end = redactOutput((text) => text.replaceAll("hush", "[secret]"), [output]);
    output.write("say hush");
    output.write(Buffer.from("hush!"));
    end();
    output.write("hush");
    expect(printed).toEqual(["say [secret]", "[secret]!", "hush"]);
    expect(output.write).toBe(write);
  });
});
