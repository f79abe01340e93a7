import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../service/colour.ts";
import { createIngress, type IngressSource } from "./ingress.ts";
import { createPreview, PREVIEW_HEADER, type PreviewSecrets } from "./preview.ts";
import { createTargetGroups, type HealthCheck } from "./target-groups.ts";
import { trafficRuleArgs } from "./traffic-rule.ts";

export interface LoadBalancerArgs {
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets in at least two zones: the load balancer has no public address. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Who may send requests. */
  readonly ingress: IngressSource;
  /** The cluster's security group, which its pods carry: it lets the load balancer in. */
  readonly clusterSecurityGroupId: pulumi.Input<string>;
  /** EKS lets a cluster register targets only where its name is on the target group. */
  readonly clusterName: string;
  /** Port on which the pods serve, 1–65535. Replaces the target groups. */
  readonly targetPort: number;
  /** Seconds without a byte after which a connection is closed, 1–4000. The pods must keep theirs open for longer. */
  readonly idleTimeoutSeconds: number;
  /** Seconds a target that leaves may finish its requests, 0–3600. */
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: HealthCheck;
  /** Bucket for access logs, with a policy that admits the load balancer; default none. */
  readonly accessLogs?:
    { readonly bucket: pulumi.Input<string>; readonly prefix?: string | undefined } | undefined;
  /**
   * ACM certificate in the load balancer's region, of the name that requests come for: the listener then speaks https on 443
   * instead of http on 80. The listener is changed in place and the weights stay; until CloudFront
   * has followed, some minutes, its requests fail. Default none.
   */
  readonly certificateArn?: string | undefined;
  /** Refuse to delete the load balancer, in Pulumi and in AWS, until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The internal load balancer with a target group a colour, one rule whose weights say which colour serves,
 * and one preview rule a colour.
 *
 * Without a certificate the listener speaks HTTP: the load balancer is reached inside the VPC alone (through
 * CloudFront's VPC origin on AWS), and viewers meet TLS at the CDN.
 *
 * Cost: 1 load balancer by the hour, and its capacity units (new and open connections, gigabytes, and rules
 * above ten, of which there are three here).
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly listenerArn: pulumi.Output<string>;
  /** The weighted rule: the one truth about which colour serves. */
  readonly ruleArn: pulumi.Output<string>;
  readonly previewRuleArns: Readonly<Record<Colour, pulumi.Output<string>>>;
  readonly targetGroupArns: Readonly<Record<Colour, pulumi.Output<string>>>;
  /** Header and secret values that reach a colour whatever its weight. */
  readonly preview: { readonly header: string } & PreviewSecrets;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:edge:LoadBalancer", name, {}, opts);
    const parent = { parent: this };

    const group = createIngress(name, args, this);
    const balancer = new aws.lb.LoadBalancer(name, loadBalancerArgs(args, group.id), {
      ...parent,
      protect: args.protect,
    });
    const targets = createTargetGroups(name, args, this);
    const listener = new aws.lb.Listener(`${name}-http`, listenerArgs(balancer.arn, args), parent);
    const preview = createPreview(name, listener.arn, targets, args.tags, this);
    const rule = new aws.lb.ListenerRule(
      `${name}-traffic`,
      trafficRuleArgs(listener.arn, { blue: targets.blue.arn, green: targets.green.arn }, args.tags),
      // After its creation the rollout alone moves the weights.
      { ...parent, ignoreChanges: ["actions"] },
    );

    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.securityGroupId = group.id;
    this.listenerArn = listener.arn;
    this.ruleArn = rule.arn;
    this.previewRuleArns = preview.ruleArns;
    this.targetGroupArns = { blue: targets.blue.arn, green: targets.green.arn };
    this.preview = { header: PREVIEW_HEADER, ...preview.secrets };
    this.registerOutputs({
      arn: this.arn,
      dnsName: this.dnsName,
      securityGroupId: this.securityGroupId,
      listenerArn: this.listenerArn,
      ruleArn: this.ruleArn,
      previewRuleArns: this.previewRuleArns,
      targetGroupArns: this.targetGroupArns,
      preview: this.preview,
    });
  }
}

export function loadBalancerArgs(
  args: LoadBalancerArgs,
  securityGroupId: pulumi.Input<string>,
): aws.lb.LoadBalancerArgs {
  return {
    internal: true,
    loadBalancerType: "application",
    subnets: args.subnetIds,
    securityGroups: [securityGroupId],
    dropInvalidHeaderFields: true,
    idleTimeout: args.idleTimeoutSeconds,
    enableDeletionProtection: args.protect,
    ...(args.accessLogs ? { accessLogs: { enabled: true, ...args.accessLogs } } : {}),
    tags: args.tags,
  };
}

/** TLS 1.3 and 1.2: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** A request that no rule takes is answered here; the weighted rule takes every path. */
function listenerArgs(
  loadBalancerArn: pulumi.Input<string>,
  { certificateArn, tags }: Pick<LoadBalancerArgs, "certificateArn" | "tags">,
): aws.lb.ListenerArgs {
  return {
    loadBalancerArn,
    ...(certificateArn === undefined
      ? { port: 80, protocol: "HTTP" }
      : { port: 443, protocol: "HTTPS", certificateArn, sslPolicy: SSL_POLICY }),
    defaultActions: [
      {
        type: "fixed-response",
        fixedResponse: { statusCode: "404", contentType: "text/plain", messageBody: "Not found" },
      },
    ],
    tags,
  };
}
