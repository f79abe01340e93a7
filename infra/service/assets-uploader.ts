import * as pulumi from "@pulumi/pulumi";
import { createPodIdentity } from "../security/pod-identity.ts";
import { ASSETS_ACCOUNT } from "./assets-account.ts";

export interface AssetsUploaderArgs {
  /** ARN of the bucket of hashed assets. */
  readonly bucketArn: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes namespace of the releases. Replaces the association. */
  readonly namespace: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Who puts a release's hashed assets into their bucket: a role that may add files and nothing else, which EKS Pod Identity
 * gives to the pods of one service account. The platform makes role and association, by the account's constant name;
 * the account itself is of the cluster's stack. The association must be there before the pods are made.
 *
 * Cost: none.
 */
export class AssetsUploader extends pulumi.ComponentResource {
  /** Name of the service account, known once its pods get the role. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: AssetsUploaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:service:AssetsUploader", name, {}, opts);
    const association = createPodIdentity(
      name,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: ASSETS_ACCOUNT,
        policy: pulumi.output(args.bucketArn).apply(uploaderPolicy),
        tags: args.tags,
      },
      this,
    );
    this.serviceAccount = association.serviceAccount;
    this.registerOutputs({ serviceAccount: this.serviceAccount });
  }
}

/**
 * Reads what is there, to compare. Without ListBucket S3 answers 403 for an object that is not there, where 404 is the
 * truth: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. It deletes nothing and sets no tag.
 */
export function uploaderPolicy(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AddAssets",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectTagging", "s3:PutObject"],
        Resource: `${bucketArn}/assets/*`,
      },
      { Sid: "TellMissing", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
    ],
  });
}
