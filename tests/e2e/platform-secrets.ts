import { platformStack } from "../../doorways/stack.ts";
import { callRegion } from "../../local/region/client.ts";
import { stackOutputs } from "./stack.ts";

/** What Secrets Manager has for the platform, by the names of its output `secretArns`: the text of each, in clear. */
export async function platformSecrets(): Promise<ReadonlyMap<string, string>> {
  const { secretArns } = await stackOutputs(platformStack);
  const entries = Object.entries(secretArns as Readonly<Record<string, string>>);
  return new Map(
    await Promise.all(
      entries.map(async ([name, secretId]) => {
        const token = "aws:secretsmanager/getSecretVersion:getSecretVersion";
        const { secretString } = await callRegion("aws/invoke", { token, args: { secretId } });
        if (typeof secretString !== "string" || secretString === "") throw new Error(`${name} has no text`);
        return [name, secretString] as const;
      }),
    ),
  );
}

/** The password of a database user's secret. */
export function passwordOf(secrets: ReadonlyMap<string, string>, name: string): string {
  const text = secrets.get(name);
  if (text === undefined) throw new Error(`the platform has no secret ${name}`);
  return (JSON.parse(text) as { password: string }).password;
}
