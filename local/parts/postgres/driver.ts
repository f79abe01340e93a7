import { INSTANCE, PARAMETER_GROUP } from "../../aws/services/rds/references.ts";
import { Databases } from "./databases.ts";
import { readInstance } from "./instance-input.ts";
import { checkParameters, readParameters } from "./parameters.ts";
import { versionSkew } from "./program.ts";
import { backupFor } from "./restore.ts";
import type { PostgresContext } from "./databases.ts";
import type { PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";

const NOTHING = {};

/**
 * `aws:rds/instance:Instance` on Debian's PostgreSQL, and `aws:rds/parameterGroup:ParameterGroup` on its configuration.
 */
export function createPostgresDrivers(context: PostgresContext): PartDriver[] {
  const databases = new Databases(context);
  return [instanceDriver(databases), parameterGroupDriver(databases)];
}

function instanceDriver(databases: Databases): PartDriver {
  const ensure = async (resource: StoredResource): Promise<Readonly<Record<string, never>>> => {
    readInstance(resource, databases.account);
    await databases.changing(resource, () => databases.ensure(resource.id));
    return NOTHING;
  };
  return {
    types: [INSTANCE],
    async create(resource, progress) {
      const { restore, engineVersion } = readInstance(resource, databases.account);
      // Before anything is touched; a creation that goes on after a cut has its data already.
      if (restore && databases.records.get(resource.id) === undefined) {
        backupFor(databases.machine, databases.account, restore);
      }
      const skew = versionSkew(engineVersion);
      if (skew !== undefined) progress(skew);
      progress(restore ? "restoring a backup" : "starting PostgreSQL");
      return ensure(resource);
    },
    update: ensure,
    delete: (resource) => databases.remove(resource),
    present: (resource) => databases.present(resource),
    // A failover has moved it.
    observe: async ({ id }) => {
      const record = databases.records.get(id);
      return record === undefined ? {} : { outputs: { availabilityZone: record.primary.zone } };
    },
    adopt: (resource) => databases.adopt(resource.id),
  };
}

/** Nothing runs for a group itself: its parameters are in the configuration of the servers that use it. */
function parameterGroupDriver(databases: Databases): PartDriver {
  const apply = async (group: StoredResource): Promise<Readonly<Record<string, never>>> => {
    checkParameters(readParameters(group.outputs));
    await databases.changing(group, async () => {
      for (const id of databases.usersOf(group.id)) await databases.ensure(id);
    });
    return NOTHING;
  };
  return {
    types: [PARAMETER_GROUP],
    create: apply,
    update: apply,
    delete: async () => undefined,
    present: async () => true,
    async observe(group) {
      const actual = await databases.handMade(group);
      return actual === undefined ? {} : { inputs: { parameters: actual.map((each) => ({ ...each })) } };
    },
    adopt: async () => undefined,
  };
}
