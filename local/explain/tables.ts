import { cloudfront } from "./aws/cloudfront.ts";
import { ec2 } from "./aws/ec2.ts";
import { ecr } from "./aws/ecr.ts";
import { eks } from "./aws/eks.ts";
import { elasticache } from "./aws/elasticache.ts";
import { lb } from "./aws/lb.ts";
import { observability } from "./aws/observability.ts";
import { rds } from "./aws/rds.ts";
import { s3 } from "./aws/s3.ts";
import { security } from "./aws/security.ts";
import { wafv2 } from "./aws/wafv2.ts";
import type { ExplainTable } from "./classification.ts";
import { kubernetes } from "./kubernetes.ts";
import { random } from "./random.ts";

/** What every input of our programs is in the local cloud. A type is in one table alone: a test sees to it. */
export const TABLES: readonly ExplainTable[] = [
  ...[cloudfront, ec2, ecr, eks, elasticache, lb, observability, rds, s3, security, wafv2],
  ...[kubernetes, random],
];

export const explainTable: ExplainTable = Object.assign({}, ...TABLES) as ExplainTable;
