import { AS_ROLE, DENIED, keys, refusal, ROLE, SESSION, TestS3 } from "./testing.ts";

const s3 = new TestS3("127.98.36");
const { account, store } = s3;
const send = s3.send.bind(s3);

beforeAll(() => s3.open());
afterAll(() => s3.close());

describe("a bucket named by the host", () => {
  const host = "first.s3.eu-central-1.amazonaws.com";

  it("is the same as one named in the path", async () => {
    expect((await send("/by/host.js", { method: "PUT", body: "let a;", host })).status).toBe(200);
    expect(await (await send("/first/by/host.js")).text()).toBe("let a;");
    expect(await (await send("/by/host.js", { host: `${host}:443` })).text()).toBe("let a;");
    expect(keys(await (await send("/?list-type=2&prefix=by", { host })).text())).toEqual([
      "by",
      "by/host.js",
    ]);
    expect((await send("/by/host.js", { method: "DELETE", host })).status).toBe(204);
  });

  it("is not there when no bucket has the name, and the service's own name is none", async () => {
    const nobody = "nowhere.s3.eu-central-1.amazonaws.com";
    expect(await refusal(send("/a", { host: nobody }))).toEqual([404, "NoSuchBucket"]);
    const service = await send("/", { host: "s3.eu-central-1.amazonaws.com" });
    expect(await service.text()).toContain("<Name>first</Name>");
  });
});

describe("a role", () => {
  const message = async (answer: Promise<Response>): Promise<string | undefined> =>
    /<Message>([^<]+)</.exec(await (await answer).text())?.[1];

  it("is told in S3's words what it may not", async () => {
    expect(await message(send("/first/a", { ...AS_ROLE, method: "DELETE" }))).toBe(
      `User: ${SESSION} is not authorized to perform: s3:DeleteObject on resource: &quot;arn:aws:s3:::first/a&quot; because no identity-based policy allows the s3:DeleteObject action`,
    );
  });

  it("needs the right to read what it copies, and to tag what it writes with tags", async () => {
    await send("/other/secret", { method: "PUT", body: "s" });
    const headers = { "x-amz-copy-source": "/other/secret" };
    expect(await message(send("/first/stolen", { ...AS_ROLE, method: "PUT", headers }))).toContain(
      "s3:GetObject on resource: &quot;arn:aws:s3:::other/secret&quot;",
    );
    const tagging = { "x-amz-tagging": "a=b" };
    expect(await message(send("/first/stolen", { ...AS_ROLE, method: "PUT", headers: tagging }))).toContain(
      "s3:PutObjectTagging on resource: &quot;arn:aws:s3:::first/stolen&quot;",
    );
    expect(store.head("first", "stolen")).toBeUndefined();
    await send("/other/secret", { method: "DELETE" });
  });

  it("learns of what is not there by the right to list alone", async () => {
    expect(await refusal(send("/first/nothing", AS_ROLE))).toEqual([404, "NoSuchKey"]);
    const policy = account.make("aws:s3/bucketPolicy:BucketPolicy", {
      bucket: "first",
      policy: JSON.stringify({
        Statement: [
          {
            Effect: "Deny",
            Principal: { AWS: ROLE },
            Action: "s3:ListBucket",
            Resource: "arn:aws:s3:::first",
          },
        ],
      }),
    });
    expect(await message(send("/first/nothing", AS_ROLE))).toMatch(
      /s3:ListBucket on resource: .* with an explicit deny in a resource-based policy$/,
    );
    expect(await refusal(send("/first/nothing"))).toEqual([404, "NoSuchKey"]);
    account.remove(policy);
  });

  it("may what the bucket's policy lets it do, though none of its own does", async () => {
    expect(await refusal(send("/other/a", { ...AS_ROLE, method: "PUT", body: "a" }))).toEqual(DENIED);
    const policy = account.make("aws:s3/bucketPolicy:BucketPolicy", {
      bucket: "other",
      policy: JSON.stringify({
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: ROLE },
            Action: "s3:PutObject",
            Resource: "arn:aws:s3:::other/a",
          },
          {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::000000000000:root" },
            Action: "s3:*",
            Resource: "arn:aws:s3:::other/*",
          },
        ],
      }),
    });
    expect((await send("/other/a", { ...AS_ROLE, method: "PUT", body: "a" })).status).toBe(200);
    // Leave to the account is not yet leave to each in it.
    expect(await refusal(send("/other/b", { ...AS_ROLE, method: "PUT", body: "b" }))).toEqual(DENIED);
    account.remove(policy);
    await send("/other/a", { method: "DELETE" });
  });
});
