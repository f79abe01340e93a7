import { z } from "zod";
import { section, whole } from "./fields.ts";

const percent = (what: string): z.ZodNumber => {
  const error = `write a number from 0 to 100 (${what})`;
  return z.number({ error }).min(0, { error }).max(100, { error });
};

const times = (what: string): z.ZodNumber => {
  const error = `write a number from 1 to 100 (${what})`;
  return z.number({ error }).min(1, { error }).max(100, { error });
};

/** What a switch waits for, and when it is taken back. Every key has a default. */
export const rolloutSchema = section({
  healthSeconds: whole(10, 3600, "seconds until every pod of the idle colour must be healthy").default(180),
  stepSeconds: whole(5, 3600, "seconds that a step of the weights is watched before the next").default(20),
  bakeSeconds: whole(5, 86400, "seconds that the new colour is watched when it has all requests").default(60),
  drainMaxSeconds: whole(
    1,
    3600,
    "seconds that the old colour may still answer requests before its pods end",
  ).default(60),
  errorPercent: percent("failed requests, in percent, above which a switch is taken back").default(1),
  minSamples: whole(1, 100000, "fewest requests that an error rate is judged by").default(50),
  slowerTimes: times("how many times as slow as the other colour a switch is taken back at").default(2),
  slowMilliseconds: whole(1, 60000, "milliseconds that 95 % of requests may take in any case").default(200),
}).prefault({});

export type RolloutConfig = z.infer<typeof rolloutSchema>;
