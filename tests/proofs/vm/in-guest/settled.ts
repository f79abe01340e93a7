// Runs in the guest on the checkout's own Node: ends when the autoscalers are idle, so that an `up` meets what the last one left.
import { settled } from "../../../e2e/settled.ts";

await settled(process.argv[2] ?? "");
