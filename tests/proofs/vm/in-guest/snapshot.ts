// Runs in the guest on the checkout's own Node: what the machine has now, as JSON.
import { snapshotGuest } from "./guest-snapshot.ts";

process.stdout.write(`${JSON.stringify(snapshotGuest())}\n`);
