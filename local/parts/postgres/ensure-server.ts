import { AwsError } from "../../aws/model.ts";
import { withSession } from "./admin.ts";
import { settingsOf } from "./configuration.ts";
import { nodeLayout } from "./layout.ts";
import { forcesTls, serverSettings } from "./parameters.ts";
import { connectionTo } from "./replication.ts";
import { answersSoon, isRunning, ready, startServer, stopServer } from "./server.ts";
import { writeServerFiles } from "./server-files.ts";
import { writtenSettings } from "./written-settings.ts";
import { slotName } from "./layout.ts";
import type { Settings } from "./configuration.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { Node } from "./record.ts";
import type { ServerFiles } from "./server-files.ts";
import type { Leader } from "./replication.ts";
import type { Server } from "./admin.ts";
import type { Site } from "./site.ts";
import type { Host } from "../machine.ts";

/** What a server of an instance is to be. */
export interface Part {
  readonly node: Node;
  /** Whom it follows; undefined for a primary. */
  readonly leader?: Leader;
  readonly access: "clients" | "none";
  /** Host of the standby that commits wait for. */
  readonly synchronousStandby?: string;
  readonly archiveCommand?: string;
  readonly recovery?: Settings;
}

/** Its host; servers of a source and its replicas reach each other whatever the security groups say, as on RDS. */
export function ensureHost(site: Site, input: InstanceInput, { host, subnetId }: Node): Promise<Host> {
  const network = `rds-${input.source?.id ?? input.id}`;
  return site.machine.hosts.ensure(host, subnetId, input.securityGroups, { network });
}

/** Static, but not the parameter group's, so they do not wait for the next start: they are one. */
const RESTARTING = ["archive_mode", "port"];

/**
 * Host, files and process of a server that has its data; resolves when it answers with what it is to be, and throws
 * NotReadyError when it does not.
 */
export async function ensureServer(site: Site, input: InstanceInput, part: Part): Promise<void> {
  const { machine } = site;
  const { node } = part;
  const { files, restarts } = await plan(site, input, part);
  if (restarts) await stopServer(machine, node.host);
  const before = writtenSettings(machine, node.host);
  const changed = await writeServerFiles(machine, node.host, files);
  if (!isRunning(machine, node.host)) {
    await startServer(machine, node.host);
    // Whether a follower gets on between two looks, or has to be copied anew, is instance.ts's to tell.
    return part.leader === undefined ? ready(machine, node) : answersSoon(machine, node);
  }
  await answersSoon(machine, node);
  if (!(await forgetHandMade(site, node)) && !changed) return;
  try {
    await reload(site, node);
  } catch (error) {
    // With what it refuses it would not start again after a crash.
    if (error instanceof AwsError) await writeServerFiles(machine, node.host, { ...files, settings: before });
    throw error;
  }
}

interface Plan {
  readonly files: ServerFiles;
  /** It must be started anew. */
  readonly restarts: boolean;
}

async function plan(site: Site, input: InstanceInput, part: Part): Promise<Plan> {
  const { machine } = site;
  const { address, name } = await ensureHost(site, input, part.node);
  const { leader, archiveCommand, recovery, synchronousStandby } = part;
  const parameters = site.parameters(input.parameterGroup);
  const following = leader && {
    connection: await connectionTo(machine, leader, name),
    slot: slotName(name),
  };
  const settings = settingsOf(
    {
      address,
      port: input.port,
      instanceClass: input.instanceClass,
      host: name,
      layout: nodeLayout(machine, name),
      ...(synchronousStandby === undefined ? {} : { synchronousStandby }),
      ...(following === undefined ? {} : { following }),
      ...(archiveCommand === undefined ? {} : { archiveCommand }),
      ...(recovery === undefined ? {} : { recovery }),
    },
    serverSettings(parameters),
  );
  const written = writtenSettings(machine, name);
  return {
    files: {
      settings,
      access: { from: part.access, forceTls: forcesTls(parameters) },
      endpoint: input.address,
      address,
    },
    restarts: RESTARTING.some((key) => written[key] !== settings[key]),
  };
}

/** What `ALTER SYSTEM` wrote would win over the parameter group. Answers whether there was anything. */
async function forgetHandMade(site: Site, server: Server): Promise<boolean> {
  return withSession(site.machine, server, async (session) => {
    const [made] = await session.query(
      "SELECT FROM pg_file_settings WHERE sourcefile = current_setting('data_directory') || '/postgresql.auto.conf'",
    );
    if (made !== undefined) await session.query("ALTER SYSTEM RESET ALL");
    return made !== undefined;
  });
}

/** Refuses a value that the server would, before it is told to read it. */
async function reload(site: Site, server: Server): Promise<void> {
  await withSession(site.machine, server, async (session) => {
    // A static parameter's new value, or its end, shows as an error too: it waits for the next start.
    const [wrong] = await session.query(
      "SELECT name, setting, error FROM pg_file_settings AS file " +
        "WHERE error IS NOT NULL AND error NOT LIKE '%without restarting%' AND NOT EXISTS " +
        "(SELECT FROM pg_settings WHERE context = 'postmaster' AND lower(name) = lower(file.name))",
    );
    if (wrong !== undefined) {
      const { name, setting, error } = wrong;
      throw new AwsError(
        "InvalidParameterValue",
        `Invalid parameter value: ${String(setting)} for: ${String(name)} (${String(error)})`,
      );
    }
    await session.query("SELECT pg_reload_conf()");
  });
}
