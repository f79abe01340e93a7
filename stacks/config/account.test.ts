import { refuses } from "../testing/configuration.ts";

const ACCOUNT =
  "write the 12 digits of this stack's one AWS account, in quotes (`aws sts get-caller-identity` shows them)";

refuses([
  ["no region", ["aws:region"], undefined, "aws:region is missing: write an AWS region such as eu-central-1"],
  [
    "a zone as region",
    ["aws:region"],
    "eu-central-1a",
    'aws:region is "eu-central-1a": write an AWS region such as eu-central-1',
  ],
  ["no account", ["aws:allowedAccountIds"], undefined, `aws:allowedAccountIds is missing: ${ACCOUNT}`],
  [
    "the placeholder account",
    ["aws:allowedAccountIds"],
    ["REPLACE_WITH_ACCOUNT_ID"],
    `aws:allowedAccountIds[0] is "REPLACE_WITH_ACCOUNT_ID": ${ACCOUNT}`,
  ],
  [
    "an account as a number",
    ["aws:allowedAccountIds"],
    [111122223333],
    `aws:allowedAccountIds[0] is 111122223333: ${ACCOUNT}`,
  ],
  [
    "two accounts",
    ["aws:allowedAccountIds"],
    ["111122223333", "444455556666"],
    `aws:allowedAccountIds is ["111122223333","444455556666"]: ${ACCOUNT}`,
  ],
]);
