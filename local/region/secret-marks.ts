import type { StoredResource } from "./protocol.ts";

/** What the program marks secret now; a record that never had marks stays without. */
export function marks(
  request: Pick<StoredResource, "secrets">,
  previous: Pick<StoredResource, "secrets"> = {},
): Pick<StoredResource, "secrets"> {
  const { secrets = [] } = request;
  return secrets.length === 0 && previous.secrets === undefined ? {} : { secrets };
}
