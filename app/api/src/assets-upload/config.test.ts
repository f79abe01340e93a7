import { parseUploadConfig } from "./config.ts";

const GOOD = { ASSETS_BUCKET: "quiz-assets-1a2b", AWS_REGION: "eu-central-1" };

it("reads where to, and which release it is", () => {
  expect(
    parseUploadConfig({ ...GOOD, APP_COLOUR: "green", APP_IMAGE: "app@sha256:1", APP_VERSION: "2.0.0" }),
  ).toEqual({
    release: { colour: "green", image: "app@sha256:1", version: "2.0.0" },
    logLevel: "info",
    webRoot: undefined,
    bucket: "quiz-assets-1a2b",
    region: "eu-central-1",
  });
  expect(parseUploadConfig({ ...GOOD, WEB_ROOT: "/pages" }).webRoot).toBe("/pages");
});

it("names everything that is wrong at once", () => {
  expect(() => parseUploadConfig({ ASSETS_BUCKET: "s3://quiz", LOG_LEVEL: "loud" })).toThrow(
    "The configuration is not usable:\n" +
      '  LOG_LEVEL="loud": write one of error, warn, info, debug.\n' +
      '  ASSETS_BUCKET="s3://quiz": write the name of the assets bucket.\n' +
      "  AWS_REGION (not set): write the bucket's region, e.g. eu-central-1.",
  );
});
