import type { Json } from "./protocol.ts";

/** Whether the id stands anywhere in the value, alone or inside an ARN. */
export function mentions(value: Json, id: string): boolean {
  if (typeof value === "string") return value === id || value.endsWith(`/${id}`) || value.endsWith(`:${id}`);
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some((part) => mentions(part, id));
}
