import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../infra/service/colour.ts";
import { Release } from "../infra/service/release.ts";
import type { ReleaseConfig } from "./config.ts";
import { readCertificates } from "./certificates.ts";
import { readWeights, refuseLiveColour } from "./live-colour.ts";
import { lastReleasedImage, readCluster, readPlatform } from "./references.ts";
import { readSecrets } from "./secret-values.ts";

/** What the rollout and the doorways read. */
export interface ReleaseOutputs {
  /** By digest; known once the Deployment's pods are available. */
  readonly image: pulumi.Output<string>;
  readonly colour: Colour;
  readonly deployment: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;
}

/** One colour's release onto a platform and a cluster that are up; refused on the colour that serves. */
export async function release(
  environment: string,
  colour: Colour,
  { image, service, database, certificateAuthorities, account }: ReleaseConfig,
): Promise<ReleaseOutputs> {
  const platform = await readPlatform(environment);
  const { namespace } = await readCluster(environment);
  const { ruleArn, targetGroups } = platform.loadBalancer;
  const [released, weights] = await Promise.all([lastReleasedImage(), readWeights(ruleArn, targetGroups)]);
  refuseLiveColour(environment, colour, image, released, weights);
  const secrets = await readSecrets(platform.secretArns);

  const provider = new kubernetes.Provider("kubernetes", {
    kubeconfig: platform.kubeconfig,
    clusterIdentifier: platform.cluster.arn,
    enableServerSideApply: true,
  });
  const made = new Release("api", {
    ...service,
    namespace,
    colour,
    image,
    targetGroupArn: targetGroups[colour],
    publicProtocol: platform.url.startsWith("https:") ? "https" : "http",
    workers: weights[colour] === 100 ? 1 : 0,
    data: {
      databaseName: platform.database.name,
      writer: platform.database.writer,
      primary: platform.database.primary,
      readers: platform.database.readers,
      poolSize: database.poolSize,
      cache: platform.cache,
      queue: platform.queue,
    },
    secrets,
    assets: platform.assets ? { ...platform.assets, region: account.region } : undefined,
    certificateAuthorities: readCertificates(certificateAuthorities, account.region),
    provider,
  });
  return { image: made.image, colour, deployment: made.deployment, service: made.service };
}
