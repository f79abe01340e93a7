import { AssetsBucket } from "../../app/api/src/assets-upload/bucket.ts";
import { uploadAssets } from "../../app/api/src/assets-upload/upload.ts";
import { testLogger } from "../../app/api/src/testing/log-lines.ts";
import { uploaderPolicy } from "../../infra/service/assets-uploader.ts";
import { BUCKET, clientEnvironment, REGION, startBucketServer } from "./bucket-server.ts";

const ARN = `arn:aws:s3:::${BUCKET}`;
const NEW = "new-Ab12.js";
const THERE = "there-Ab12.js";

const before = { ...process.env };
afterEach(() => void (process.env = before));

/** An upload of one file that is there and one that is not, by a role with that policy: what the bucket has then. */
async function upload(policy: string): Promise<readonly string[]> {
  const server = await startBucketServer(policy);
  process.env = { ...before, ...clientEnvironment(server) };
  const bucket = new AssetsBucket(BUCKET, REGION);
  const metadata = { contentType: "text/css", cacheControl: "max-age=1", user: {}, tags: {} };
  server.store.put(BUCKET, `assets/${THERE}`, Buffer.from("a{}"), metadata);
  const identity = { encoding: "identity", body: Buffer.from("a{}"), etag: '"a"' };
  const file = { type: "text/css", cacheControl: "max-age=1", compressed: [], identity };
  const assets = new Map([
    [THERE, file],
    [NEW, file],
  ]);
  try {
    await uploadAssets(assets, bucket, testLogger().logger);
    return server.store.list(BUCKET).map(({ key }) => key);
  } finally {
    bucket.close();
    await server.close();
  }
}

it("uploads with the rights that the platform's role has", async () => {
  expect(await upload(uploaderPolicy(ARN))).toEqual([`assets/${NEW}`, `assets/${THERE}`]);
});

it.each([
  ["s3:GetObject", NEW, "read", `${ARN}/assets/${NEW}`],
  ["s3:GetObjectTagging", THERE, "read", `${ARN}/assets/${THERE}`],
  ["s3:ListBucket", NEW, "read", ARN],
  ["s3:PutObject", NEW, "written", `${ARN}/assets/${NEW}`],
])(
  "needs %s: without it the error names the object, the right and who lacks it",
  async (action, name, what, on) => {
    const without = uploaderPolicy(ARN).replace(`"${action}"`, '"s3:GetBucketLocation"');
    const refusal = await upload(without).then(
      (keys) => `uploaded: ${keys.join()}`,
      (error: unknown) => (error as Error).message,
    );
    expect(refusal).toContain(
      `s3://${BUCKET}/assets/${name} could not be ${what}: 403 AccessDenied: ` +
        `User: arn:aws:sts::000000000000:assumed-role/assets-uploader/pod is not authorized to perform: ${action} on resource: "${on}"`,
    );
  },
);
