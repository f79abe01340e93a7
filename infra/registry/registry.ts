import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface RegistryArgs {
  /** Name in ECR. Replaces the repository and loses its images. */
  readonly repositoryName: string;
  /** Encrypts the images. Replaces the repository. */
  readonly keyArn: pulumi.Input<string>;
  /** How many tagged images are kept, at least 10; the oldest go first. A colour that serves must be among them. */
  readonly keepImages: number;
  /** Delete the repository with images in it. Default false. */
  readonly forceDelete?: boolean;
  /** Refuse to delete the repository until this is taken back. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Days an image without a tag is kept: an unfinished push, nothing that runs. */
const UNTAGGED_DAYS = 7;

/**
 * A repository of images, of the app or of the guard: a tag never moves, each push is scanned.
 *
 * Cost: storage by the gigabyte and month for at most `keepImages` images (shared layers count once);
 * basic scanning is free.
 */
export class Registry extends pulumi.ComponentResource {
  /** What images are pushed to and pulled from, without tag: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly repositoryUrl: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:registry:Registry", name, {}, opts);

    const repository = new aws.ecr.Repository(name, repositoryArgs(args), {
      parent: this,
      protect: args.protect,
    });
    new aws.ecr.LifecyclePolicy(
      name,
      { repository: repository.name, policy: lifecyclePolicy(args.keepImages) },
      { parent: this },
    );

    this.repositoryUrl = repository.repositoryUrl;
    this.repositoryName = repository.name;
    this.registerOutputs({ repositoryUrl: this.repositoryUrl, repositoryName: this.repositoryName });
  }
}

function repositoryArgs(args: RegistryArgs): aws.ecr.RepositoryArgs {
  return {
    name: args.repositoryName,
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.keyArn }],
    forceDelete: args.forceDelete ?? false,
    tags: args.tags,
  };
}

/** Source of the format: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html */
export function lifecyclePolicy(keepImages: number): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `untagged images, ${UNTAGGED_DAYS} days after their push`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: UNTAGGED_DAYS,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `all but the newest ${keepImages} images`,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: keepImages },
        action: { type: "expire" },
      },
    ],
  });
}
