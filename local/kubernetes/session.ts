import type { Call, Value, Values } from "../provider/provider.ts";
import type { Cluster, ServedKind } from "./cluster.ts";
import { fieldManager, parseId, type ObjectName } from "./identity.ts";
import { recordedIn } from "./outputs.ts";
import { mapOf } from "./values.ts";

export interface SessionSettings {
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly enablePatchForce: boolean;
  readonly upsertExistingObjects: boolean;
}

/**
 * One configured provider: its cluster and settings, and what this run has learned of the program's resources.
 * There is none in a preview whose cluster is only planned: the engine then asks the provider nothing.
 */
export interface Session {
  readonly cluster: Cluster;
  readonly settings: SessionSettings;
  readonly defaultNamespace: string;
  /** URNs the state knows: a create of one of them replaces an object that is still ours. */
  readonly inState: Set<string>;
}

/** A resource as the state has it. */
export interface OldResource {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/**
 * The namespace for objects that name none; undefined for a kind without namespaces. A custom kind that the cluster
 * does not serve yet counts as namespaced, as in the official provider.
 */
export function defaultNamespaceOf(session: Session, served: ServedKind | undefined): string | undefined {
  return (served?.namespaced ?? true) ? session.defaultNamespace : undefined;
}

/** Where an object of that id is. An import may name it alone: it is of the default namespace then. */
export function locate(session: Session, served: ServedKind, id: string): ObjectName {
  const { namespace = session.defaultNamespace, name } = parseId(id);
  return { namespace: served.namespaced ? namespace : undefined, name };
}

/** The manager that applied the object: as recorded, or the URN's for an object that is new to the state. */
export function managerOf(call: Call, outputs: Values): string {
  return recordedIn(outputs).manager ?? fieldManager(call.urn);
}

export function nameIn(inputs: Values): string | undefined {
  return knownText(mapOf(inputs["metadata"])["name"]);
}

export function namespaceIn(inputs: Values): string | undefined {
  return knownText(mapOf(inputs["metadata"])["namespace"]);
}

function knownText(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
