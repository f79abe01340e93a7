import { setTimeout as delay } from "node:timers/promises";
import { createMachine } from "../parts/host/machine.ts";
import { teardown } from "../parts/host/teardown.ts";
import { serveAwsApi } from "./aws-endpoint.ts";
import { Changes } from "./changes.ts";
import { noAccess } from "./cluster-access.ts";
import { createDrivers, noDrivers } from "./drivers.ts";
import { KnownSecrets } from "./known-secrets.ts";
import { redactOutput } from "./redacted-output.ts";
import { RegionError } from "./region-error.ts";
import { Resources } from "./resources.ts";
import { serve } from "./server.ts";
import { shutdown } from "./shutdown.ts";
import { claimStateDir } from "./state-dir.ts";
import { status } from "./status.ts";
import { Store } from "./store.ts";
import { takeOver } from "./takeover.ts";
import type { Server } from "node:http";
import type { Progress } from "./part.ts";
import type { Models } from "./models.ts";
import type { StoredResource, UpdateRequest } from "./protocol.ts";
import type { Handlers } from "./server.ts";
import type { Settings } from "./settings.ts";
import type { Hold } from "./takeover.ts";

const REPAIR_EVERY_MS = 5000;
/** A shutdown waits this long for changes that are under way: what they still made would stay. */
const ORDERLY_MS = 10_000;

export interface Region {
  /** Resolves when the region has shut down by itself (the `shutdown` call). */
  readonly ended: Promise<undefined>;
  /** Stops answering and supervising; parts run on and the next region adopts them. */
  close(): void;
}

/** Takes the machine, answers on the socket at once, and takes over what an earlier region left running. */
export async function startRegion(settings: Settings, models: Models): Promise<Region> {
  const { stateDir, runDir, owner } = settings;
  const hold = await takeOver(settings.lock, settings.holderPath, {
    pid: process.pid,
    owner,
    stateDir,
    runDir,
  });
  claimStateDir(stateDir, owner);
  const store = new Store(stateDir);
  const secrets = new KnownSecrets(() => store.all().map(({ resource }) => resource));
  const showSecrets = redactOutput((text) => secrets.redact(text));
  await endStrangers(settings, hold, store);
  const resources = new Resources(store, models, settings.region);
  const machine = settings.parts ? await createMachine(settings) : undefined;
  const log = (message: string): void => console.log(message);
  const changes = new Changes();
  const update = async (request: UpdateRequest): Promise<StoredResource> =>
    changes.track(ready().then(() => resources.update(request, log)));
  const drivers = machine ? createDrivers(machine, resources.account, log, update) : noDrivers;
  resources.useDrivers((type) => drivers.byType(type));

  let adopting = true;
  let closed = false;
  const adopted = resources.adopt(log).finally(() => (adopting = false));
  const repaired = adopted.then(async () => {
    while (!closed && !(await resources.repair(log))) await delay(REPAIR_EVERY_MS, undefined, { ref: false });
  });

  const endpoint = drivers.awsApi === undefined ? undefined : await serveAwsApi(drivers.awsApi);

  const ended = Promise.withResolvers<undefined>();
  function close(): void {
    closed = true;
    server.close();
    endpoint?.close();
    server.closeIdleConnections();
    machine?.close();
    hold.release();
    showSecrets();
  }

  /** Parts that are still being taken over would look like drift: calls on resources wait. */
  const ready = async (progress: Progress = log): Promise<void> => {
    if (closed) throw new RegionError("RegionStopping", "the region is shutting down");
    if (adopting) progress("waiting for the region, which takes over its parts");
    await adopted;
  };

  /** A change of a resource that somebody asked for; what it says on the way has no secret in it. */
  const changed = async <T>(progress: Progress, change: (said: Progress) => Promise<T>): Promise<T> =>
    changes.track(ready(progress).then(() => change((message) => progress(secrets.redact(message)))));

  const handlers: Handlers = {
    "aws/create": async (request, progress) =>
      secrets.during(request, () => changed(progress, (said) => resources.create(request, said))),
    "aws/read": async (request) =>
      secrets.during(undefined, () => ready().then(() => resources.read(request))),
    "aws/update": async (request, progress) =>
      secrets.during(request, () => changed(progress, (said) => resources.update(request, said))),
    "aws/delete": async (request, progress) =>
      secrets.during(undefined, () => changed(progress, (said) => resources.delete(request, said))),
    "aws/invoke": async (request) =>
      secrets.during(undefined, () => ready().then(() => resources.invoke(request))),
    "kubernetes/access": async ({ server: url }) => {
      await ready();
      const access = drivers.clusterAccess(url);
      if (access) return access;
      throw noAccess(url, resources);
    },
    "dns/resolve": async ({ name }) => ({ addresses: machine?.dns.resolve(name) ?? [] }),
    status: async () => status(settings, resources, machine, adopting, endpoint?.url ?? null),
    shutdown: async (_request, progress) => {
      closed = true;
      try {
        await changes.settled(ORDERLY_MS);
        await shutdown(settings, resources.store, drivers, machine, progress);
      } finally {
        // The answer is written before the process ends.
        setImmediate(() => {
          close();
          ended.resolve(undefined);
        });
      }
      return null;
    },
  };
  const server: Server = await serve(settings.socket, handlers);
  repaired.catch(ended.reject);
  return { ended: ended.promise, close };
}

/**
 * Parts that bear our names and for which nobody answers: those of a dead holder with other folders, whose data are
 * left, and those whose record was removed by hand.
 */
async function endStrangers(settings: Settings, { previous }: Hold, store: Store): Promise<void> {
  if (!settings.parts) return;
  const folders = [settings.stateDir, settings.runDir];
  if (previous && (previous.stateDir !== folders[0] || previous.runDir !== folders[1])) {
    console.log(`taking over from ${previous.owner} (process ${previous.pid}, ended): its parts are stopped`);
    await endParts(settings, previous, previous.owner);
  } else if (store.all().length === 0) {
    await endParts(settings, settings, "a region whose record is gone");
  }
}

async function endParts(
  { scope }: Settings,
  { stateDir, runDir }: Pick<Settings, "stateDir" | "runDir">,
  owner: string,
): Promise<void> {
  const stayed = await teardown({ stateDir, runDir, scope });
  if (stayed.length > 0) {
    throw new RegionError("TeardownIncomplete", `left by ${owner}:\n  ${stayed.join("\n  ")}`);
  }
}
