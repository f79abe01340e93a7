import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint, SecretOptions } from "../infra/service/options.ts";

/** What the releases, the rollout and the doorways read. A change of shape breaks them. */
export interface PlatformOutputs {
  /** Where the app answers: the CDN. */
  readonly url: pulumi.Output<string>;
  readonly cdn: pulumi.Output<{ distributionId: string; domainName: string; assetsBucket: string }>;
  /** Where releases put their hashed assets, and the service account that may; null: the CDN asks the pods. */
  readonly assets: pulumi.Output<{ bucket: string; serviceAccount: string } | null>;
  readonly loadBalancer: pulumi.Output<{
    arn: string;
    dnsName: string;
    listenerArn: string;
    ruleArn: string;
    previewRuleArns: { blue: string; green: string };
    targetGroups: { blue: string; green: string };
  }>;
  /** Secret. The header's name, and the value that reaches each colour. */
  readonly preview: pulumi.Output<{ header: string; blue: string; green: string }>;
  readonly cluster: pulumi.Output<{ name: string; arn: string; endpoint: string; version: string }>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly registry: pulumi.Output<{ repositoryUrl: string; repositoryName: string }>;
  readonly namespace: pulumi.Output<string>;
  readonly database: pulumi.Output<{
    name: string;
    /** The pooler; every write of the app. */
    writer: Endpoint;
    /** The primary itself: migrations. */
    primary: Endpoint;
    readers: Endpoint[];
  }>;
  /** `host` is the primary, whichever node that is. */
  readonly cache: pulumi.Output<Endpoint & { readerHost: string }>;
  readonly queue: pulumi.Output<Endpoint & { readerHost: string }>;
  /** Secret. What the releases give their pods. */
  readonly secrets: pulumi.Output<SecretOptions>;
}
