import { z } from "zod";

const port = z.coerce.number().int().min(1).max(65535);

const environment = z.object({
  /** Name of the pod: who leads, and who holds a rollout. */
  POD_NAME: z.string().min(1),
  NAMESPACE: z.string().min(1),
  AWS_REGION: z.string().min(1),
  RULE_ARN: z.string().startsWith("arn:"),
  TARGET_GROUP_BLUE: z.string().startsWith("arn:"),
  TARGET_GROUP_GREEN: z.string().startsWith("arn:"),
  /** Of the app's pods. */
  METRICS_PORT: port,
  /** Of the guard's own probes. */
  HEALTH_PORT: port,
});

export type GuardSettings = z.infer<typeof environment>;

/** The guard's settings, which the cluster's stack writes. Throws an error that names every variable that is wrong. */
export function readSettings(variables: NodeJS.ProcessEnv): GuardSettings {
  const result = environment.safeParse(variables);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
  throw new Error(`the guard's environment is not complete (${wrong}): the cluster's stack sets it`);
}
