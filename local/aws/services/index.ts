import type { FunctionModel, ResourceModel, ServiceModel } from "../model.ts";
import { service as account } from "./account.ts";
import { service as budgets } from "./budgets.ts";
import { service as cloudfront } from "./cloudfront/service.ts";
import { service as cloudwatch } from "./cloudwatch/service.ts";
import { complete } from "./complete.ts";
import { service as costexplorer } from "./costexplorer.ts";
import { service as ec2 } from "./ec2/service.ts";
import { service as ecr } from "./ecr.ts";
import { service as eks } from "./eks/service.ts";
import { service as elasticache } from "./elasticache/service.ts";
import { service as iam } from "./iam/service.ts";
import { service as kms } from "./kms.ts";
import { service as lb } from "./lb/service.ts";
import { service as logs } from "./logs.ts";
import { service as rds } from "./rds/service.ts";
import { service as s3 } from "./s3/service.ts";
import { service as secretsmanager } from "./secretsmanager.ts";
import { service as sns } from "./sns/service.ts";
import { service as wafv2 } from "./wafv2/service.ts";

const services: readonly ServiceModel[] = [
  account,
  budgets,
  cloudfront,
  cloudwatch,
  costexplorer,
  ec2,
  ecr,
  eks,
  elasticache,
  iam,
  kms,
  lb,
  logs,
  rds,
  s3,
  secretsmanager,
  sns,
  wafv2,
];

const resources = new Map(
  services.flatMap((service) => service.resources).map((model) => [model.type, complete(model)]),
);
const functions = new Map(
  services.flatMap((service) => service.functions).map((model) => [model.token, model]),
);

/** The model of a type token such as `aws:ec2/vpc:Vpc`; undefined when the stand-in does not model it. */
export function resourceModel(type: string): ResourceModel | undefined {
  return resources.get(type);
}

/** The model of a function token such as `aws:index/getRegion:getRegion`; undefined when it is not modelled. */
export function functionModel(token: string): FunctionModel | undefined {
  return functions.get(token);
}

/** Every resource type the stand-in models. */
export function modelledTypes(): readonly string[] {
  return [...resources.keys()];
}

/** Every function the stand-in models. */
export function modelledFunctions(): readonly string[] {
  return [...functions.keys()];
}
