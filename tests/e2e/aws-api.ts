import { join } from "node:path";
import { keyPair } from "../../local/parts/identity/administrator.ts";
import { fetchSigned } from "../../local/parts/identity/testing.ts";
import { stateDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";

/** A call of the AWS API on loopback, signed with the key of the account's root. */
export async function callAws(
  service: string,
  path: string,
  sent: {
    readonly method: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<Response> {
  const { awsEndpoint } = await callRegion("status", {});
  const pair = keyPair({ dataDir: (part) => join(stateDir(), part) });
  return fetchSigned(`${awsEndpoint ?? ""}${path}`, { service, ...pair, ...sent });
}
