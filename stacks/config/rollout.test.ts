import { platformConfig } from "../config.ts";
import { GOOD, raw, refuses } from "../testing/configuration.ts";

const DEFAULTS = {
  healthSeconds: 180,
  stepSeconds: 20,
  bakeSeconds: 60,
  drainMaxSeconds: 60,
  errorPercent: 1,
  minSamples: 50,
  slowerTimes: 2,
  slowMilliseconds: 200,
};

it("has a default for every key, and for the section", () => {
  expect(platformConfig("staging", raw(GOOD)).rollout).toEqual(DEFAULTS);
  const given = { ...GOOD, "twinstack:rollout": { bakeSeconds: 600 } };
  expect(platformConfig("staging", raw(given)).rollout).toEqual({ ...DEFAULTS, bakeSeconds: 600 });
});

refuses([
  [
    "no time to bake",
    ["twinstack:rollout"],
    { bakeSeconds: 0 },
    "twinstack:rollout.bakeSeconds is 0: write a whole number from 5 to 86400 (seconds that the new colour is watched when it has all requests)",
  ],
  [
    "an error rate above all requests",
    ["twinstack:rollout"],
    { errorPercent: 101 },
    "twinstack:rollout.errorPercent is 101: write a number from 0 to 100 (failed requests, in percent, above which a switch is taken back)",
  ],
  [
    "a colour that must be faster than the other",
    ["twinstack:rollout"],
    { slowerTimes: 0.5 },
    "twinstack:rollout.slowerTimes is 0.5: write a number from 1 to 100 (how many times as slow as the other colour a switch is taken back at)",
  ],
  [
    "a key that is none",
    ["twinstack:rollout"],
    { bakeMinutes: 5 },
    "twinstack:rollout.bakeMinutes is 5: no such key, use one of healthSeconds, stepSeconds, bakeSeconds, drainMaxSeconds, errorPercent, minSamples, slowerTimes, slowMilliseconds",
  ],
]);
