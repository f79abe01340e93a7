import type * as pulumi from "@pulumi/pulumi";
import type { Endpoint } from "../infra/service/options.ts";

/** What the other stacks, the rollout and the doorways read. A change of shape breaks them. */
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
  /** Where the guard's image goes, and the service account whose pods may move the weights. */
  readonly guard: pulumi.Output<{ repositoryUrl: string; repositoryName: string; serviceAccount: string }>;
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
  /** Secrets of Secrets Manager, by ARN. A release reads their values itself, as whoever runs it. */
  readonly secretArns: pulumi.Output<{
    /** `{"username": …, "password": …}`, as the two after it. */
    databaseAdmin: string;
    databaseReadWrite: string;
    databaseReadOnly: string;
    /** The token alone. */
    cacheAuthToken: string;
    queueAuthToken: string;
  }>;
}
