import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../region/protocol.ts";
import { listAt, objectAt, textAt } from "./json.ts";

/** The annotation the official provider puts on objects it named. */
export const AUTONAMED = "pulumi.com/autonamed";

export interface ObjectName {
  readonly namespace: string | undefined;
  readonly name: string;
}

/** `namespace/name`, or `name` for kinds without a namespace, as in the official provider. */
export function formatId({ namespace, name }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): ObjectName {
  const slash = id.indexOf("/");
  return slash < 0
    ? { namespace: undefined, name: id }
    : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

export function annotation(object: Json | undefined, name: string): string | undefined {
  return textAt(object, "metadata", "annotations", name);
}

export function isAutonamed(object: Json | undefined): boolean {
  return annotation(object, AUTONAMED) === "true";
}

/** The server-side apply manager of a resource: the same in every run, so that our own object is known again. */
export function fieldManager(urn: string): string {
  return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}

/** True when the manager has applied something to the live object. */
export function isManagedBy(live: JsonObject, manager: string): boolean {
  return listAt(live, "metadata", "managedFields").some(
    (entry) => textAt(entry, "manager") === manager && textAt(entry, "operation") === "Apply",
  );
}

/** e.g. `Deployment shop/web`, for messages. */
export function describe(object: Json | undefined): string {
  const metadata = objectAt(object, "metadata");
  const name = textAt(metadata, "name") ?? "(unnamed)";
  return `${textAt(object, "kind") ?? "object"} ${formatId({ namespace: textAt(metadata, "namespace"), name })}`;
}
