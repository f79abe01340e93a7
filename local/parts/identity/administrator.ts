/** The key pair of whoever administers this machine: the account's root, so to speak. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Account } from "../../aws/model.ts";
import { contextOf } from "../../aws/services/iam/conditions.ts";
import type { Unjudged } from "../../aws/services/iam/policy-decision.ts";
import { writeFileAtomic } from "../host/atomic-file.ts";
import type { Machine } from "../machine.ts";
import type { Identity } from "./identity.ts";

/** An identity and its access key. */
export interface Administrator extends Identity {
  readonly accessKeyId: string;
}

/** In the format of AWS_SHARED_CREDENTIALS_FILE, readable by its owner alone. */
export function credentialsPath(machine: Pick<Machine, "dataDir">): string {
  return join(machine.dataDir("s3"), "credentials");
}

function made(): string {
  const letters = randomBytes(16).toString("hex").toUpperCase().slice(0, 16);
  const secret = randomBytes(30).toString("base64");
  return ["[default]", `aws_access_key_id = AKIA${letters}`, `aws_secret_access_key = ${secret}`, ""].join(
    "\n",
  );
}

/** The pair that there is; throws when there is none, or when the file was damaged. */
export function keyPair(
  machine: Pick<Machine, "dataDir">,
): Pick<Administrator, "accessKeyId" | "secretAccessKey"> {
  const path = credentialsPath(machine);
  const text = readFileSync(path, "utf8");
  const value = (name: string): string => {
    const found = new RegExp(`^${name} = (\\S+)$`, "m").exec(text)?.[1];
    if (found === undefined)
      throw new Error(`${path} has no ${name}: remove the file, and a new one is made`);
    return found;
  };
  return { accessKeyId: value("aws_access_key_id"), secretAccessKey: value("aws_secret_access_key") };
}

/** Makes the pair if there is none. */
export function administrator(
  machine: Pick<Machine, "dataDir">,
  account: Account,
  unjudged: Unjudged,
): Administrator {
  const path = credentialsPath(machine);
  if (!existsSync(path)) writeFileAtomic(path, made());
  const arn = `arn:aws:iam::${account.id}:root`;
  return {
    ...keyPair(machine),
    arn,
    principals: [`AWS:${arn}`, `AWS:${account.id}`],
    context: contextOf(
      {
        "aws:principalaccount": account.id,
        "aws:principalarn": arn,
        "aws:principaltype": "Account",
        "aws:userid": account.id,
      },
      (key) => key.startsWith("aws:principaltag/"),
    ),
    decide: () => "allow",
    unjudged,
  };
}
