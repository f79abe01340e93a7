import { ProviderError, type Call, type Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { asProviderError } from "./api-error.ts";
import { apply, isForced, onceThere, servedSoon } from "./apply.ts";
import { waitUntilGone } from "./await/gone.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { describe, fieldManager, formatId, isManagedBy, type ObjectName } from "./identity.ts";
import { textAt } from "./json.ts";
import { kindOf } from "./kinds.ts";
import { addressed, manifestOf } from "./manifest.ts";
import { plannedOutputs } from "./outputs.ts";
import { nameIn, namespaceIn, type Session } from "./session.ts";
import { settle, timeoutSeconds } from "./settle.ts";
import { known } from "./values.ts";

/**
 * Applies a new object and waits until it is ready. An object of that name which is not this resource's is refused,
 * as in the official provider since it has `upsertExistingObjects`; one that a cut-off update of this resource left
 * is taken up.
 */
export async function create(
  session: Session,
  call: Call,
  inputs: Values,
): Promise<{ id: string; outputs: Values }> {
  const { cluster } = session;
  try {
    const kind = kindOf(call.type);
    const served = await servedSoon(cluster, kind, call.signal, call.progress);
    if (served === undefined) {
      throw new ProviderError(
        "FAILED_PRECONDITION",
        `${call.name} was not created: the cluster does not serve ${kind.apiVersion} ${kind.kind}. ` +
          `Is its CustomResourceDefinition in the program, and does this resource depend on it?`,
      );
    }
    const name = objectName(session, served, inputs);
    const manifest = addressed(manifestOf(known(inputs).object), name);
    await makeRoom(session, cluster, call, served, name, manifest);
    const manager = fieldManager(call.urn);
    const force = isForced(manifest, session.settings);
    const object = await onceThere(
      () => apply(cluster, served, name, manifest, { manager, force }),
      call.signal,
      call.progress,
    );
    const applied = { kind: served, name, manifest, inputs, manager, object };
    return { id: formatId(name), outputs: await settle(cluster, call, applied) };
  } catch (error) {
    throw asProviderError(`${call.name} was not created`, error);
  }
}

/** What a preview can tell: a name that is taken, and the outputs so far. */
export async function previewCreate(
  session: Session,
  call: Call,
  inputs: Values,
): Promise<{ id: string; outputs: Values }> {
  const served = await session.cluster.served(kindOf(call.type));
  const named = nameIn(inputs) !== undefined;
  if (served !== undefined && named && !session.inState.has(call.urn)) {
    const name = objectName(session, served, inputs);
    refuseForeign(session, call, await session.cluster.get(served, name));
  }
  return { id: "", outputs: plannedOutputs(inputs, fieldManager(call.urn)) };
}

async function makeRoom(
  session: Session,
  cluster: Cluster,
  call: Call,
  kind: ServedKind,
  name: ObjectName,
  manifest: JsonObject,
): Promise<void> {
  const existing = await cluster.get(kind, name);
  if (existing !== undefined && textAt(existing, "metadata", "deletionTimestamp") !== undefined) {
    await waitUntilGone(cluster, kind, name, textAt(existing, "metadata", "uid"), {
      timeoutSeconds: timeoutSeconds(call, manifest),
      signal: call.signal,
      progress: (message) => {
        call.progress(`waits for its predecessor: ${message}`);
      },
    });
    return;
  }
  refuseForeign(session, call, existing);
}

function refuseForeign(session: Session, call: Call, existing: JsonObject | undefined): void {
  if (
    existing === undefined ||
    textAt(existing, "metadata", "deletionTimestamp") !== undefined ||
    session.settings.upsertExistingObjects ||
    isManagedBy(existing, fieldManager(call.urn))
  ) {
    return;
  }
  throw new ProviderError(
    "ALREADY_EXISTS",
    `${call.name} was not created: ${describe(existing)} already exists and is not this resource's. ` +
      `Import it, choose another name, or set upsertExistingObjects on the provider to take it over`,
  );
}

function objectName(session: Session, kind: ServedKind, inputs: Values): ObjectName {
  const name = nameIn(inputs);
  if (name === undefined) {
    throw new ProviderError(
      "INVALID_ARGUMENT",
      `metadata.name is not a string: write a name or leave it out`,
    );
  }
  return { name, namespace: kind.namespaced ? (namespaceIn(inputs) ?? session.defaultNamespace) : undefined };
}
