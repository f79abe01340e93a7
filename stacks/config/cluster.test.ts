import { refuses } from "../testing/configuration.ts";
import { adminArn } from "./cluster.ts";

const RETENTION =
  "write one of CloudWatch's values: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days)";

const cluster = (key: string, ...rest: (string | number)[]) => ["twinstack:cluster", key, ...rest];

refuses([
  [
    "a service range in the VPC",
    cluster("serviceCidr"),
    "10.20.128.0/20",
    'twinstack:cluster.serviceCidr is "10.20.128.0/20": write a range outside the VPC and its pods, which have twinstack:network.cidr 10.20.0.0/16',
  ],
  [
    "logs kept for ever",
    cluster("logRetentionDays"),
    0,
    `twinstack:cluster.logRetentionDays is 0: ${RETENTION}`,
  ],
  [
    "an unsupported Kubernetes",
    cluster("version"),
    "1.29",
    'twinstack:cluster.version is "1.29": write one of "1.34", "1.35", in quotes',
  ],
  [
    "a Kubernetes version as a number",
    cluster("version"),
    1.34,
    'twinstack:cluster.version is 1.34: write one of "1.34", "1.35", in quotes',
  ],
  [
    "an API server for everyone",
    cluster("publicAccessCidrs"),
    ["0.0.0.0/0"],
    'twinstack:cluster.publicAccessCidrs[0] is "0.0.0.0/0": write the ranges of your offices or VPN, or leave the list empty: the API server is not for everyone',
  ],
  [
    "no admin",
    cluster("adminPrincipals"),
    [],
    "twinstack:cluster.adminPrincipals is []: write a list of 1 to 20 IAM roles or users; without one nobody can reach the cluster",
  ],
  [
    "a placeholder admin",
    cluster("adminPrincipals", 0),
    "arn:aws:iam::REPLACE_WITH_ACCOUNT_ID:role/platform-admin",
    'twinstack:cluster.adminPrincipals[0] is "arn:aws:iam::REPLACE_WITH_ACCOUNT_ID:role/platform-admin": write an IAM role or user of this account, e.g. role/platform-admin, or its whole ARN',
  ],
  [
    "an admin by name and by ARN",
    cluster("adminPrincipals"),
    ["role/platform-admin", "arn:aws:iam::111122223333:role/platform-admin"],
    'twinstack:cluster.adminPrincipals[1] is "arn:aws:iam::111122223333:role/platform-admin": it is there twice, write each once',
  ],
]);

it("takes an admin without arn: for one of the stack's account", () => {
  expect(adminArn("111122223333", "role/ops/admin")).toBe("arn:aws:iam::111122223333:role/ops/admin");
  expect(adminArn("111122223333", "arn:aws:iam::444455556666:user/kim")).toBe(
    "arn:aws:iam::444455556666:user/kim",
  );
});
