import { AwsError } from "../../model.ts";
import { MemoryAccount } from "../../testing.ts";
import { text } from "../fields.ts";
import { functionModel } from "../index.ts";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const ALLOW = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }] });

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

describe("roles", () => {
  it("answers as IAM does: global, by name", () => {
    const role = account.make(ROLE, { name: "app", path: "/team/", assumeRolePolicy: TRUST });
    expect(role.id).toBe("app");
    expect(role.outputs["arn"]).toBe("arn:aws:iam::000000000000:role/team/app");
    expect(role.outputs["uniqueId"]).toMatch(/^AROA[0-9A-F]{17}$/);
    expect(role.outputs).not.toHaveProperty("region");
  });

  it("refuses a second one of the name, and what is no trust policy", () => {
    account.make(ROLE, { name: "app", assumeRolePolicy: TRUST });
    const make = (name: string, assumeRolePolicy: string) => () =>
      account.make(ROLE, { name, assumeRolePolicy });
    expect(make("app", TRUST)).toThrow(
      new AwsError("EntityAlreadyExists", "Role with name app already exists."),
    );
    expect(make("b", ALLOW)).toThrow("Has prohibited field Resource");
    expect(make("b", '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}')).toThrow(
      "AssumeRole policy must contain a principal.",
    );
    expect(make("b", "{}")).toThrow("Syntax errors in policy.");
  });

  it("holds on to a role with policies, and to a policy in use", () => {
    const role = account.make(ROLE, { name: "app", assumeRolePolicy: TRUST });
    const policy = account.make(POLICY, { name: "read", policy: ALLOW });
    const attachment = account.make(ATTACHMENT, { role: "app", policyArn: policy.id });
    expect(attachment.id).toBe("app/arn:aws:iam::000000000000:policy/read");
    expect(() => account.remove(role)).toThrow("Cannot delete entity, must detach all policies first.");
    expect(() => account.remove(policy)).toThrow("Cannot delete a policy attached to entities.");
    account.remove(attachment);
    const inline = account.make("aws:iam/rolePolicy:RolePolicy", { role: "app", name: "in", policy: ALLOW });
    expect(inline.id).toBe("app:in");
    expect(() => account.remove(role)).toThrow("Cannot delete entity, must delete policies first.");
    account.remove(inline);
    expect(() => account.remove(role)).not.toThrow();
    expect(() => account.remove(policy)).not.toThrow();
  });

  it("attaches only policies and roles that exist", () => {
    account.make(ROLE, { name: "app", assumeRolePolicy: TRUST });
    const attach = (role: string, name: string) => () =>
      account.make(ATTACHMENT, { role, policyArn: `arn:aws:iam::aws:policy/${name}` });
    expect(attach("app", "AmazonEKSClusterPolicy")).not.toThrow();
    expect(attach("app", "AmazonEKSClusterPolice")).toThrow(
      "Policy arn:aws:iam::aws:policy/AmazonEKSClusterPolice does not exist or is not attachable.",
    );
    expect(attach("nobody", "AmazonEKSClusterPolicy")).toThrow("The role with name nobody cannot be found.");
  });
});

describe("getPolicyDocument", () => {
  const render = (args: Parameters<NonNullable<ReturnType<typeof functionModel>>["invoke"]>[0]): string =>
    text(functionModel("aws:iam/getPolicyDocument:getPolicyDocument")?.invoke(args, account) ?? {}, "json") ??
    "";

  it("writes statements as the provider does", () => {
    const json = render({
      statements: [
        {
          sid: "one",
          actions: ["s3:GetObject", "s3:PutObject"],
          resources: ["arn:aws:s3:::b/&{aws:username}"],
          principals: [{ type: "AWS", identifiers: ["arn:a", "arn:b"] }],
          conditions: [{ test: "StringEquals", variable: "aws:x", values: ["1"] }],
        },
        {
          effect: "Deny",
          notActions: ["*"],
          notResources: ["*"],
          principals: [{ type: "*", identifiers: ["*"] }],
        },
      ],
    });
    expect(json).toBe(`{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "one",
      "Effect": "Allow",
      "Action": [
        "s3:PutObject",
        "s3:GetObject"
      ],
      "Resource": "arn:aws:s3:::b/\${aws:username}",
      "Principal": {
        "AWS": [
          "arn:b",
          "arn:a"
        ]
      },
      "Condition": {
        "StringEquals": {
          "aws:x": "1"
        }
      }
    },
    {
      "Effect": "Deny",
      "NotAction": "*",
      "NotResource": "*",
      "Principal": "*"
    }
  ]
}`);
  });

  it("lets overriding documents take the place of statements with their Sid", () => {
    const override = JSON.stringify({
      Statement: [{ Sid: "a", Effect: "Deny", Action: "*", Resource: "*" }],
    });
    const json = render({
      statements: [
        { sid: "a", actions: ["s3:*"], resources: ["*"] },
        { sid: "b", actions: ["sns:*"], resources: ["*"] },
      ],
      overridePolicyDocuments: [override],
    });
    expect((JSON.parse(json) as { Statement: unknown }).Statement).toEqual([
      { Sid: "a", Effect: "Deny", Action: "*", Resource: "*" },
      { Sid: "b", Effect: "Allow", Action: "sns:*", Resource: "*" },
    ]);
  });

  it("refuses a Sid twice", () => {
    const twice = [
      { sid: "a", actions: ["s3:*"] },
      { sid: "a", actions: ["sns:*"] },
    ];
    expect(() => render({ statements: twice })).toThrow("duplicate Sid (a)");
  });
});
