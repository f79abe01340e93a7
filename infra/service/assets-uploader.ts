import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../security/cluster-roles.ts";

export interface AssetsUploaderArgs {
  /** ARN of the bucket of hashed assets. */
  readonly bucketArn: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes namespace of the releases. */
  readonly namespace: pulumi.Input<string>;
  /** The cluster to make the service account in. */
  readonly provider: kubernetes.Provider;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Who puts a release's hashed assets into their bucket: a service account that EKS Pod Identity gives a role, which may
 * add files and nothing else. It outlives releases, so the platform makes it: the pods of both colours use it, and
 * its association must be there before they are made.
 *
 * Cost: none.
 */
export class AssetsUploader extends pulumi.ComponentResource {
  /** Name of the service account, known once its pods get the role. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: AssetsUploaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:service:AssetsUploader", name, {}, opts);
    const parent = { parent: this };

    const role = new aws.iam.Role(
      name,
      {
        assumeRolePolicy: serviceTrust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"]),
        tags: args.tags,
      },
      parent,
    );
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: pulumi.output(args.bucketArn).apply(uploaderPolicy) },
      parent,
    );
    const account = new kubernetes.core.v1.ServiceAccount(name, serviceAccountArgs(args.namespace), {
      ...parent,
      provider: args.provider,
    });
    const association = new aws.eks.PodIdentityAssociation(
      name,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: account.metadata.name,
        roleArn: role.arn,
        tags: args.tags,
      },
      // A pod that gets the role may use it.
      { ...parent, dependsOn: policy },
    );

    this.serviceAccount = pulumi.all([account.metadata.name, association.id]).apply(([made]) => made);
    this.registerOutputs({ serviceAccount: this.serviceAccount });
  }
}

/** Its pods ask AWS, with a token of their own; the Kubernetes API they ask nothing. */
function serviceAccountArgs(namespace: pulumi.Input<string>): kubernetes.core.v1.ServiceAccountArgs {
  return {
    metadata: {
      name: "assets-uploader",
      namespace,
      labels: { "app.kubernetes.io/part-of": "twinstack", "app.kubernetes.io/managed-by": "pulumi" },
    },
    automountServiceAccountToken: false,
  };
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
