import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createInterfaceEndpoints, createS3Endpoint } from "./endpoints.ts";
import { createFlowLogs } from "./flow-logs.ts";
import { createNatRoutes, type Nat } from "./nat.ts";
import { planSubnets } from "./subnet-plan.ts";
import { createSubnets } from "./subnets.ts";

export interface NetworkArgs {
  /** AWS region, e.g. `eu-central-1`; part of the endpoints' service names. */
  readonly region: string;
  /** Account that owns the VPC: only its flow logs may use the flow-log role. */
  readonly accountId: string;
  /** IPv4 range of the VPC, /16 to /22, private. Replaces everything. */
  readonly cidr: string;
  /** 2–4 availability zones. Add at the end only: a zone's place decides its ranges. A change of order replaces subnets. */
  readonly zones: readonly string[];
  /** Internet egress of the private subnets: `none`, `single` (one zone's loss cuts all off) or `per-zone`. */
  readonly nat: Nat;
  /** AWS services reached without leaving the VPC, e.g. `ecr.api`. Each is one interface in every zone. */
  readonly interfaceEndpoints: readonly string[];
  /** Days the flow logs are kept: one of CloudWatch's values. */
  readonly flowLogRetentionDays: number;
  /** Customer-managed key of the log groups. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Refuse to delete the VPC and its subnets until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * A VPC over 2–4 zones with private, public and isolated data subnets.
 *
 * Cost (quantities for Z zones; prices differ by region and are in the AWS price list):
 * - NAT: 0 gateways (`none`), 1 (`single`) or Z (`per-zone`), each by the hour and by the gigabyte, and one
 *   public IPv4 address by the hour each.
 * - Interface endpoints: Z × the number of endpoints, each by the hour and by the gigabyte. The S3 gateway
 *   endpoint is free.
 * - Flow logs: CloudWatch ingestion by the gigabyte and storage for the retention.
 * - VPC, subnets, routes, internet gateway: free.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** In the order of `zones`. Nodes, pods and the load balancer live here. */
  readonly privateSubnetIds: pulumi.Output<string>[];
  /** In the order of `zones`. NAT gateways alone. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  /** In the order of `zones`. No route leads out of the VPC. */
  readonly dataSubnetIds: pulumi.Output<string>[];
  /** What a node needs before it can reach anything: `dependsOn` for the cluster. */
  readonly egress: pulumi.Resource[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:network:Network", name, {}, opts);
    const parent = { parent: this };

    const vpc = new aws.ec2.Vpc(`${name}-vpc`, vpcArgs(name, args), { ...parent, protect: args.protect });
    new aws.ec2.DefaultSecurityGroup(`${name}-default`, lockedGroupArgs(name, vpc.id, args.tags), parent);
    const subnets = createSubnets(name, planSubnets(args.cidr, args.zones), vpc.id, args, this);
    const nat = createNatRoutes(name, args.nat, vpc.id, subnets, args.tags, this);
    const s3 = createS3Endpoint(name, vpc.id, subnets, args, this);
    const interfaces = createInterfaceEndpoints(name, vpc.id, subnets, args, this);
    createFlowLogs(name, vpc.id, args, this);

    this.vpcId = vpc.id;
    this.privateSubnetIds = subnets.map((zone) => zone.private.subnet.id);
    this.publicSubnetIds = subnets.map((zone) => zone.public.subnet.id);
    this.dataSubnetIds = subnets.map((zone) => zone.data.subnet.id);
    this.egress = [...nat, s3, ...interfaces, ...subnets.map((zone) => zone.private.association)];
    this.registerOutputs({
      vpcId: this.vpcId,
      privateSubnetIds: this.privateSubnetIds,
      publicSubnetIds: this.publicSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
    });
  }
}

/** Private DNS names of endpoints need both DNS switches. */
function vpcArgs(name: string, args: NetworkArgs): aws.ec2.VpcArgs {
  return {
    cidrBlock: args.cidr,
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: { ...args.tags, Name: name },
  };
}

/** The group that AWS gives to whatever names none: without rules nothing can lean on it. */
function lockedGroupArgs(
  name: string,
  vpcId: pulumi.Input<string>,
  tags: Readonly<Record<string, string>>,
): aws.ec2.DefaultSecurityGroupArgs {
  return { vpcId, ingress: [], egress: [], tags: { ...tags, Name: `${name}-default-unused` } };
}
