import { clusterConfig, platformConfig, releaseConfig } from "./config.ts";
import {
  DIGEST,
  GOOD,
  GUARD_IMAGE,
  IMAGE,
  problemsOf,
  raw,
  refuses,
  withValue,
} from "./testing/configuration.ts";

const SECTIONS =
  "network, cluster, database, cache, registry, edge, service, observability, rollout, certificateAuthorities, protect";

describe("a platform's configuration", () => {
  it("is accepted, and safe where it says nothing", () => {
    const config = platformConfig("staging", raw(GOOD));
    expect(config.protect).toBe(true);
    expect(config.registry.forceDelete).toBe(false);
    expect(config.account).toEqual({ region: "eu-central-1", allowedAccountIds: ["111122223333"] });
    expect(config.network).toEqual(GOOD["twinstack:network"]);
  });

  it("keeps the API server inside the VPC where it says nothing", () => {
    const config = platformConfig(
      "staging",
      withValue(["twinstack:cluster", "publicAccessCidrs"], undefined),
    );
    expect(config.cluster.publicAccessCidrs).toEqual([]);
  });

  refuses([
    [
      "an unknown section",
      ["twinstack:netwrok"],
      {},
      `twinstack:netwrok is {}: no such key, use one of ${SECTIONS}`,
    ],
    [
      "an image in a platform",
      ["twinstack:image"],
      IMAGE,
      `twinstack:image is "${IMAGE}": no such key, use one of ${SECTIONS}`,
    ],
    [
      "a guard's image in a platform",
      ["twinstack:guardImage"],
      GUARD_IMAGE,
      `twinstack:guardImage is "${GUARD_IMAGE}": no such key, use one of ${SECTIONS}`,
    ],
    [
      "a section of the wrong type",
      ["twinstack:registry"],
      "fifty",
      'twinstack:registry is "fifty": write a map of keepImages, forceDelete',
    ],
    [
      "a missing section",
      ["twinstack:registry"],
      undefined,
      "twinstack:registry is missing: write a map of keepImages, forceDelete",
    ],
    [
      "too few images kept",
      ["twinstack:registry", "keepImages"],
      2,
      "twinstack:registry.keepImages is 2: write a whole number from 10 to 1000 (how many images are kept)",
    ],
    [
      "a protected registry to be force-deleted",
      ["twinstack:registry", "forceDelete"],
      true,
      "twinstack:registry.forceDelete is true: write false, or twinstack:protect: false: what is protected must not be deletable with its images",
    ],
    [
      "protect as text",
      ["twinstack:protect"],
      "yes",
      'twinstack:protect is "yes": write true or false (whether Pulumi and AWS refuse deletion)',
    ],
  ]);

  it("names every problem at once, the stack and the file", () => {
    const config = { ...withValue(["twinstack:network", "nat"], "both"), "aws:region": "moon" };
    expect(() => platformConfig("staging", config)).toThrow(
      [
        "The configuration of stack staging cannot be used; nothing was changed. Edit Pulumi.staging.yaml:",
        '  aws:region is "moon": write an AWS region such as eu-central-1',
        '  twinstack:network.nat is "both": write none, single or per-zone',
      ].join("\n"),
    );
  });

  it("is refused when its file was not read", () => {
    expect(() => platformConfig("dev", { "aws:region": "eu-central-1" })).toThrow(
      "Stack dev has no configuration: Pulumi.dev.yaml was not read, or sets no twinstack: key.",
    );
  });

  it("shows no stack trace", () => {
    const error = (() => {
      try {
        return platformConfig("dev", {});
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ __pulumiRunError: true });
  });
});

describe("a release's configuration", () => {
  const read = (image?: string) =>
    releaseConfig("staging-blue", "staging", {
      ...raw(GOOD),
      ...(image === undefined ? {} : { "twinstack:image": image }),
    });
  const INSTEAD =
    "write the image by digest, <registry>/<repository>@sha256:<64 hex digits>, as the push printed it";

  it("is the environment's, and the image", () => {
    const { image, ...environment } = read(IMAGE);
    expect(image).toBe(IMAGE);
    expect(environment).toEqual(platformConfig("staging", raw(GOOD)));
  });

  it.each([
    ["no image", undefined, `twinstack:image is missing: ${INSTEAD}`],
    ["a tag", "registry.test/app:1.4.0", `twinstack:image is "registry.test/app:1.4.0": ${INSTEAD}`],
    [
      "a short digest",
      "registry.test/app@sha256:abc",
      `twinstack:image is "registry.test/app@sha256:abc": ${INSTEAD}`,
    ],
    ["no registry", `app@${DIGEST}`, `twinstack:image is "app@${DIGEST}": ${INSTEAD}`],
    [
      "another hash",
      `registry.test/app@md5:${"0".repeat(64)}`,
      `twinstack:image is "registry.test/app@md5:${"0".repeat(64)}": ${INSTEAD}`,
    ],
  ])("is refused with %s", (_what, image, message) => {
    expect(problemsOf(() => read(image))).toEqual([message]);
  });

  it.each([`localhost:5000/app@${DIGEST}`, `10.42.0.1:5000/team/app@${DIGEST}`])("takes %s", (image) => {
    expect(read(image).image).toBe(image);
  });

  it("is refused with a guard's image, which is the cluster's stack's", () => {
    const keys = { ...GOOD, "twinstack:image": IMAGE, "twinstack:guardImage": GUARD_IMAGE };
    expect(problemsOf(() => releaseConfig("staging-blue", "staging", raw(keys)))).toEqual([
      `twinstack:guardImage is "${GUARD_IMAGE}": no such key, use one of ${SECTIONS}, image`,
    ]);
  });

  it("is refused when its environment's file was not read, image or not", () => {
    expect(() => releaseConfig("staging-blue", "staging", { "twinstack:image": IMAGE })).toThrow(
      "Stack staging-blue has no configuration: Pulumi.staging.yaml was not read, or sets no twinstack: key.",
    );
  });
});

describe("a configuration of the cluster's stack", () => {
  const read = (keys: Readonly<Record<string, unknown>>) =>
    clusterConfig("staging-cluster", "staging", raw({ ...GOOD, ...keys }));
  const INSTEAD =
    "write the guard's image by digest, <guard.repositoryUrl of the platform's outputs>@sha256:<64 hex digits>, " +
    "as the push of rollout/guard's image printed it: docs/guides/stacks.md";

  it("is the environment's, and the guard's image", () => {
    const { guardImage, ...environment } = read({ "twinstack:guardImage": GUARD_IMAGE });
    expect(guardImage).toBe(GUARD_IMAGE);
    expect(environment).toEqual(platformConfig("staging", raw(GOOD)));
  });

  it.each([
    ["no guard's image", {}, `twinstack:guardImage is missing: ${INSTEAD}`],
    [
      "a tag",
      { "twinstack:guardImage": "registry.test/guard:1.4.0" },
      `twinstack:guardImage is "registry.test/guard:1.4.0": ${INSTEAD}`,
    ],
    [
      "a release's image besides",
      { "twinstack:guardImage": GUARD_IMAGE, "twinstack:image": IMAGE },
      `twinstack:image is "${IMAGE}": no such key, use one of ${SECTIONS}, guardImage`,
    ],
    [
      "certificates that are not there, which the platform does not read yet",
      { "twinstack:guardImage": GUARD_IMAGE, "twinstack:certificateAuthorities": "/nowhere/ca.pem" },
      'twinstack:certificateAuthorities is "/nowhere/ca.pem": write amazon-rds, or the absolute path of a file with the ' +
        "PEM certificates that signed the databases' own",
    ],
  ])("is refused with %s", (_what, keys, message) => {
    expect(problemsOf(() => read(keys))).toEqual([message]);
  });

  it.each([
    ["its image", { "twinstack:guardImage": GUARD_IMAGE }],
    ["both images", { "twinstack:guardImage": GUARD_IMAGE, "twinstack:image": IMAGE }],
    ["nothing", {}],
  ])("is refused when its environment's file was not read, with %s set", (_what, keys) => {
    expect(() => clusterConfig("staging-cluster", "staging", raw(keys))).toThrow(
      "Stack staging-cluster has no configuration: Pulumi.staging.yaml was not read, or sets no twinstack: key. Write it " +
        "(Pulumi.staging.yaml shows every key). Run the cluster's stack with --config-file naming a copy of it with " +
        "twinstack:guardImage set, and a release with --config-file naming a copy of it with twinstack:image set.",
    );
  });
});
