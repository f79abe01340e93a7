import { z } from "zod";
import { HOURS, line, type Line, type Made } from "./line.ts";

const instanceInputs = z.object({
  identifier: z.string(),
  instanceClass: z.string(),
  multiAz: z.boolean(),
  /** gp3 without `iops` and `storageThroughput`: what is beyond its baseline has prices of its own. */
  storageType: z.literal("gp3"),
  iops: z.undefined().optional(),
  storageThroughput: z.undefined().optional(),
  allocatedStorage: z.number().optional(),
  replicateSourceDb: z.string().optional(),
  /** Seven days are free. */
  performanceInsightsRetentionPeriod: z.literal(7).optional(),
});

type Instance = z.infer<typeof instanceInputs> & { readonly name: string };

/** Every class that RDS has for PostgreSQL below `xlarge` has two, by which RDS Proxy charges; it charges two at least. */
const SMALL_VCPUS = 2;

/** How many virtual processors a class has. */
export function vcpus(instanceClass: string): number {
  const size = instanceClass.split(".").at(-1) ?? "";
  const match = /^(\d*)xlarge$/.exec(size);
  return match ? Number(match[1] === "" ? "1" : match[1]) * 4 : SMALL_VCPUS;
}

function instancesOf(all: readonly Made[]): readonly Instance[] {
  return all
    .filter(({ type }) => type === "aws:rds/instance:Instance")
    .map(({ name, inputs }) => ({ ...instanceInputs.parse(inputs), name }));
}

/** Of a replica its source's: RDS gives it as much, and Pulumi is not told. */
function storageOf(instance: Instance, all: readonly Instance[]): number {
  const source = all.find(({ identifier }) => identifier === instance.replicateSourceDb);
  const size = instance.allocatedStorage ?? source?.allocatedStorage;
  if (size === undefined) throw new Error(`${instance.name}: neither it nor its source has allocatedStorage`);
  return size;
}

/** Multi-AZ is a second instance with a second volume. */
export function databaseLines(all: readonly Made[]): readonly Line[] {
  const instances = instancesOf(all);
  return instances.flatMap((instance): readonly Line[] => {
    const { name, instanceClass, multiAz } = instance;
    const copies = multiAz ? 2 : 1;
    const zones = multiAz ? ", Multi-AZ" : "";
    const storage = storageOf(instance, instances);
    return [
      line(`${name}: ${instanceClass}${zones}`, `rds.${instanceClass}`, copies, HOURS),
      line(`${name}: gp3 storage${zones}`, "rds.gp3", copies, storage),
    ];
  });
}

/** By the processors of the instance it is for; the standby's do not count. */
export function poolerLines(all: readonly Made[]): readonly Line[] {
  const primary = instancesOf(all).find(({ replicateSourceDb }) => replicateSourceDb === undefined);
  const proxies = all.filter(({ type }) => type === "aws:rds/proxy:Proxy");
  return proxies.map(({ name }) => {
    if (primary === undefined) throw new Error(`${name}: there is no primary to count processors of`);
    return line(
      `${name}: RDS Proxy`,
      "rds.proxy",
      Math.max(vcpus(primary.instanceClass), SMALL_VCPUS),
      HOURS,
    );
  });
}
