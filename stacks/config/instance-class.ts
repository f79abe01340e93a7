/** RDS instance classes with PostgreSQL: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html */

/** GiB of a family's smallest size below `large` on, by name: burstable classes do not follow the others' rule. */
const BURSTABLE: Readonly<Record<string, number>> = {
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  "2xlarge": 32,
};

/** GiB of a family's `large`; each next size doubles or multiplies it. */
const LARGE: Readonly<Record<string, number>> = { m: 8, r: 16 };

const FAMILIES = ["t3", "t4g", "m6g", "m6i", "m7g", "m7i", "m8g", "r6g", "r6i", "r7g", "r7i", "r8g"];

/** How many `large` a size is. */
function multiple(size: string): number | undefined {
  if (size === "large") return 1;
  const match = /^(2|4|8|12|16|24)?xlarge$/.exec(size);
  return match ? Number(match[1] ?? "1") * 2 : undefined;
}

/** Memory of a class in GiB; undefined when RDS has no such class for PostgreSQL. */
export function classMemoryGiB(instanceClass: string): number | undefined {
  const [prefix, family = "", size = "", ...rest] = instanceClass.split(".");
  if (prefix !== "db" || rest.length > 0 || !FAMILIES.includes(family)) return undefined;
  if (family.startsWith("t")) return BURSTABLE[size];
  const large = LARGE[family.charAt(0)];
  const times = multiple(size);
  // Graviton 2 and 3 end at 16xlarge.
  if (/^.[67]g$/.test(family) && size === "24xlarge") return undefined;
  return large === undefined || times === undefined ? undefined : large * times;
}

/** Whether the class saves up processor time and spends it: its alarms differ. */
export function isBurstable(instanceClass: string): boolean {
  return instanceClass.startsWith("db.t");
}
