/** PostgreSQL versions and instance classes of RDS, as far as the stand-in knows them. */
import { AwsError } from "../../model.ts";

/** Minor version that RDS gives an instance that asks for the major one. They move: a newer one is not known here. */
const DEFAULT_MINORS: Readonly<Record<string, number>> = { "14": 19, "15": 14, "16": 10, "17": 6 };

export const MAJORS = Object.keys(DEFAULT_MINORS);

/** `16.4` → `16`. */
export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}

/** The version that runs when `asked` is asked for; throws when RDS has none such. */
export function actualVersion(asked: string | undefined): string {
  const version = asked ?? MAJORS.at(-1) ?? "";
  const [major = "", minor] = version.split(".");
  const known = DEFAULT_MINORS[major];
  if (known === undefined || !/^\d+(\.\d+)?$/.test(version)) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Cannot find version ${version} for postgres (the stand-in knows the major versions ${MAJORS.join(", ")})`,
    );
  }
  return minor === undefined ? `${major}.${known}` : version;
}

/** An upgrade in place goes forward; a new major version must be allowed. */
export function checkUpgrade(running: string, asked: string, allowMajor: boolean): void {
  const [from, to] = [running, asked].map((version) => version.split(".").map(Number));
  const [fromMajor = 0, fromMinor = 0] = from ?? [];
  const [toMajor = 0, toMinor = 0] = to ?? [];
  if (toMajor < fromMajor || (toMajor === fromMajor && toMinor < fromMinor)) {
    throw new AwsError("InvalidParameterCombination", `Cannot upgrade postgres from ${running} to ${asked}`);
  }
  if (toMajor > fromMajor && !allowMajor) {
    throw new AwsError(
      "InvalidParameterCombination",
      "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    );
  }
}

/**
 * Families with PostgreSQL, by the sizes that exist in them.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
 */
const SMALL = ["micro", "small", "medium", "large", "xlarge", "2xlarge"];
const LARGE = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"];
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  ...{ t3: SMALL, t4g: SMALL },
  ...{ m5: LARGE, m6g: LARGE.slice(0, -1), m6i: [...LARGE, "32xlarge"], m7g: LARGE.slice(0, -1) },
  ...{ m7i: LARGE, m8g: [...LARGE, "48xlarge"] },
  ...{ r5: LARGE, r6g: LARGE.slice(0, -1), r6i: [...LARGE, "32xlarge"], r7g: LARGE.slice(0, -1) },
  ...{ r7i: LARGE, r8g: [...LARGE, "48xlarge"] },
};

export function isInstanceClass(name: string): boolean {
  const [prefix, family = "", size = "", ...rest] = name.split(".");
  return prefix === "db" && rest.length === 0 && (CLASSES[family]?.includes(size) ?? false);
}
