import { randomBytes } from "node:crypto";
import type { Account } from "../aws/model.ts";
import type { Store, StoreRecord } from "./store.ts";

/** The stand-in's account: no real one has this number. */
export const ACCOUNT_ID = "000000000000";

/** The record as AWS would show it; `visible` hides what is half made, half gone or removed by hand. */
export function createAccount(
  store: Store,
  region: string,
  visible: (record: StoreRecord) => boolean,
): Account {
  return {
    id: ACCOUNT_ID,
    region,
    partition: "aws",
    get(type, id) {
      return store
        .all()
        .filter(visible)
        .find(({ resource }) => resource.type === type && resource.id === id)?.resource;
    },
    all(type) {
      return store
        .all()
        .filter(visible)
        .map(({ resource }) => resource)
        .filter((resource) => resource.type === type);
    },
    arn(service, resource, arnRegion = region) {
      return `arn:aws:${service}:${arnRegion}:${ACCOUNT_ID}:${resource}`;
    },
    newId(prefix) {
      return `${prefix.replace(/-$/, "")}-${randomBytes(9).toString("hex").slice(0, 17)}`;
    },
  };
}
