/**
 * Run in a pod's network namespace: AWS's own SDK as the app has it, with nothing but what a pod on EKS has, and the VPC's
 * resolver in place of a resolv.conf. Arguments: the resolver, then what to do. Writes one line of JSON.
 */
import { Resolver } from "node:dns";
import { Agent, request } from "node:https";
import { createRequire } from "node:module";
import type { LookupFunction } from "node:net";
import type * as ClientS3 from "@aws-sdk/client-s3";

const { S3Client, PutObjectCommand, GetObjectCommand } = createRequire(
  new URL("../../../app/package.json", import.meta.url),
)("@aws-sdk/client-s3") as typeof ClientS3;

const [server = "", what = "", ...args] = process.argv.slice(2);
const resolver = new Resolver({ timeout: 1000, tries: 3 });
resolver.setServers([server]);
const lookup: LookupFunction = (name, _options, done) =>
  resolver.resolve4(name, (error, addresses) =>
    done(error, error ? [] : addresses.map((address) => ({ address, family: 4 }))),
  );
const TIMEOUT_MS = 2000;
const httpsAgent = new Agent({ lookup });

/** A call without signature. */
function plain(url: string, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent: httpsAgent, timeout: TIMEOUT_MS }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += String(chunk)));
      answer.on("end", () => resolve({ status: answer.statusCode, body: text }));
    });
    asked.on("timeout", () => asked.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
    asked.on("error", reject);
    asked.end(body);
  });
}

async function run(): Promise<unknown> {
  const [first = "", second = "", third = ""] = args;
  const s3 = new S3Client({ requestHandler: { httpsAgent, connectionTimeout: TIMEOUT_MS }, maxAttempts: 1 });
  switch (what) {
    case "resolve":
      return new Promise((resolve) =>
        resolver.resolve4(first, (error, found) => resolve(error ? [] : [...found].sort())),
      );
    case "plain":
      return plain(first, second);
    case "put":
      await s3.send(new PutObjectCommand({ Bucket: first, Key: second, Body: third }));
      return "put";
    case "get": {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: first, Key: second }));
      return Body?.transformToString();
    }
    default:
      throw new Error(`unknown: ${what}`);
  }
}

const answer = await run().catch((error: unknown) => {
  const { name, code, message } = error as Error & { code?: string };
  return { error: code ?? name, message };
});
process.stdout.write(JSON.stringify(answer ?? null));
httpsAgent.destroy();
process.exit(0);
