import { readSettings } from "./settings.ts";

const GOOD = {
  POD_NAME: "guard-a",
  NAMESPACE: "twinstack",
  AWS_REGION: "eu-central-1",
  RULE_ARN: "arn:rule",
  TARGET_GROUP_BLUE: "arn:blue",
  TARGET_GROUP_GREEN: "arn:green",
  METRICS_PORT: "9090",
  HEALTH_PORT: "8081",
};

it("reads what the cluster's stack writes", () => {
  expect(readSettings({ ...GOOD, PATH: "/bin" })).toEqual({ ...GOOD, METRICS_PORT: 9090, HEALTH_PORT: 8081 });
});

it.each(Object.keys(GOOD))("names %s where it is missing", (key) => {
  expect(() => readSettings({ ...GOOD, [key]: undefined })).toThrow(key);
});
