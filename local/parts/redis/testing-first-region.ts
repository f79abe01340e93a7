/**
 * A region in a process of its own, for a test to kill: it opens the machine, makes a replication group, says so on
 * standard output and looks after it from then on. Reads `{sandbox, records, group}` from standard input.
 */
import { text } from "node:stream/consumers";

import { REPLICATION_GROUP } from "../../aws/services/elasticache/references.ts";
import { MemoryAccount } from "../../aws/testing.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { createMachine } from "../host/machine.ts";
import type { MachineOptions } from "../host/machine.ts";
import { createCacheDrivers } from "./driver.ts";

const { options, records, group } = JSON.parse(await text(process.stdin)) as {
  readonly options: MachineOptions;
  readonly records: readonly StoredResource[];
  readonly group: StoredResource;
};
const machine = await createMachine(options);
const account = new MemoryAccount();
account.records.push(...records);
const drivers = createCacheDrivers({ machine, account, log: (line) => console.error(line) });
const driver = drivers.find(({ types }) => types.includes(REPLICATION_GROUP));
await driver?.create(group, () => undefined);
console.log("made");
// The loop's timers do not keep a process alive.
setInterval(() => undefined, 60_000);
