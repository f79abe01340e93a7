import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { serviceTrust } from "../../infra/security/cluster-roles.ts";
import { uploaderPolicy } from "../../infra/service/assets-uploader.ts";
import { MemoryAccount } from "../../local/aws/testing.ts";
import { testMachine } from "../../local/parts/haproxy/testing.ts";
import { createIdentities } from "../../local/parts/identity/identities.ts";
import { createS3Drivers, objectStoreOf } from "../../local/parts/s3/driver.ts";
import { createS3Listener } from "../../local/parts/s3/http.ts";

export const BUCKET = "quiz-assets";
export const REGION = "eu-central-1";
const POLICY = uploaderPolicy(`arn:aws:s3:::${BUCKET}`);

/** Answers a request itself and says so, or leaves it to S3, at once or in time. */
export type Interruption = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** The region's S3 with one bucket, and credentials of a role with that policy; default: the platform's uploader's. */
export async function startBucketServer(policy = POLICY) {
  const machine = testMachine("127.98.41");
  const account = new MemoryAccount();
  const store = objectStoreOf(machine);
  await createS3Drivers(machine)[0]?.create(
    account.make("aws:s3/bucket:Bucket", { bucket: BUCKET }),
    () => undefined,
  );
  const role = account.make("aws:iam/role:Role", {
    name: "assets-uploader",
    assumeRolePolicy: serviceTrust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
  });
  account.make("aws:iam/rolePolicy:RolePolicy", { name: "uploader", role: role.id, policy });
  const identities = createIdentities({ machine, account, log: () => undefined });
  const expires = Date.now() + 3600_000;
  const credentials = identities.assume(role, { sessionName: "pod", tags: {}, expires });
  const answer = createS3Listener({ account, store, identities: identities.of });

  const requests: string[] = [];
  let interrupt: Interruption = () => false;
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    void Promise.resolve(interrupt(request, response)).then((answered) => {
      if (!answered) answer(request, response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    store,
    /** As AWS names them in its answers. */
    credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      Token: credentials.sessionToken,
    },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** `<method> <path and query>` of every request so far. */
    requests,
    interrupt: (by: Interruption) => void (interrupt = by),
    /** As it was when it was started. */
    reset(): void {
      for (const { key } of store.list(BUCKET)) store.remove(BUCKET, key);
      requests.length = 0;
      interrupt = () => false;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await machine.remove();
    },
  };
}

export type BucketServer = Awaited<ReturnType<typeof startBucketServer>>;

/** Environment that leads the SDK to the server, with the role's credentials. */
export function clientEnvironment({ endpoint, credentials }: BucketServer): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ACCESS_KEY_ID: credentials.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.SecretAccessKey,
    AWS_SESSION_TOKEN: credentials.Token,
  };
}
