import { callRegion } from "../local/region/client.ts";
import { runDir, stateDir } from "../local/paths.ts";
import { join } from "node:path";
import { existsSync } from "node:fs";
import { colours, platformStack, releaseStack, stackExists, plainOutputs, type Colour } from "./stack.ts";
import { UserError } from "./user-error.ts";

interface LoadBalancerOutput {
  readonly ruleArn: string;
  readonly targetGroups: Readonly<Record<Colour, string>>;
}

interface RuleAction {
  readonly forwards?: readonly {
    readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
  }[];
}

interface PlatformEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Where a part listens. */
export interface Endpoint extends PlatformEndpoint {
  /** What the VPC's DNS has for the host now; the machine's own DNS does not know the name. */
  readonly address: string | null;
}

/** What `make output` prints. */
export interface Output {
  /** The page, through the CDN. */
  readonly url: string;
  readonly release: {
    /** The colour with the larger weight in the load balancer's rule; null when nothing is released. */
    readonly live: Colour | null;
    /** Percent of requests, as the rule has it now. */
    readonly weights: Readonly<Record<Colour, number>>;
    /** The image of each colour's release, by digest; null before its first. */
    readonly blue: { readonly image: string | null };
    readonly green: { readonly image: string | null };
  };
  /** Path of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly database: {
    /** The pooler before the primary. */
    readonly writer: Endpoint;
    /** The read replicas. */
    readonly readers: readonly Endpoint[];
  };
  /** The primaries. */
  readonly cache: Endpoint;
  readonly queue: Endpoint;
}

/** Weights out of the load balancer's rule: the only truth about which colour is live. */
export async function ruleWeights(loadBalancer: LoadBalancerOutput): Promise<Record<Colour, number>> {
  const rule = await callRegion("aws/invoke", {
    token: "aws:lb/getListenerRule:getListenerRule",
    args: { arn: loadBalancer.ruleArn },
  });
  const groups =
    (rule["actions"] as readonly RuleAction[] | undefined)?.[0]?.forwards?.[0]?.targetGroups ?? [];
  const total = groups.reduce((sum, group) => sum + group.weight, 0);
  const share = (colour: Colour): number => {
    const weight = groups.find((group) => group.arn === loadBalancer.targetGroups[colour])?.weight ?? 0;
    return total === 0 ? 0 : (100 * weight) / total;
  };
  return { blue: share("blue"), green: share("green") };
}

async function resolved({ host, port }: PlatformEndpoint): Promise<Endpoint> {
  const { addresses } = await callRegion("dns/resolve", { name: host });
  return { host, port, address: addresses[0] ?? null };
}

/** Image of the colour's last successful release, by digest; null: there was none. */
export async function releasedImage(colour: Colour): Promise<string | null> {
  if (!stackExists(releaseStack(colour))) return null;
  const { image } = await plainOutputs(releaseStack(colour));
  return typeof image === "string" ? image : null;
}

/** Reads the outputs of the running stack; rejects when it is not up. */
export async function readOutput(): Promise<Output> {
  if (!existsSync(runDir()) || !stackExists(platformStack)) {
    throw new UserError('nothing is up on this machine: run "make up" first');
  }
  const platform = await plainOutputs(platformStack);
  const loadBalancer = platform["loadBalancer"] as LoadBalancerOutput | undefined;
  if (loadBalancer === undefined)
    throw new UserError('the platform is not complete: run "make up" to finish it');
  const database = platform["database"] as { writer: PlatformEndpoint; readers: PlatformEndpoint[] };
  const [blue, green] = await Promise.all(colours.map(releasedImage));
  const weights = await ruleWeights(loadBalancer);
  const live = blue === null && green === null ? null : weights.blue >= weights.green ? "blue" : "green";
  return {
    url: String(platform["url"]),
    release: { live, weights, blue: { image: blue ?? null }, green: { image: green ?? null } },
    kubeconfig: join(stateDir(), "kubeconfig"),
    database: {
      writer: await resolved(database.writer),
      readers: await Promise.all(database.readers.map(resolved)),
    },
    cache: await resolved(platform["cache"] as PlatformEndpoint),
    queue: await resolved(platform["queue"] as PlatformEndpoint),
  };
}

export async function output(): Promise<void> {
  process.stdout.write(`${JSON.stringify(await readOutput(), undefined, 2)}\n`);
}
