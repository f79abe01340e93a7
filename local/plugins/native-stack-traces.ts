/**
 * Loaded before the program of a local stack. Pulumi's SDK takes a stack trace of every promise it makes, and
 * its runner has source-map-support write each one: a third of the program's time. Our own code
 * has no source maps, its types are stripped in place, so Node's own traces name the same lines.
 */
import { createRequire } from "node:module";

const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
// Installed once a process: when the SDK does it, this is done already.
(sdk("source-map-support") as { install: () => void }).install();
Reflect.deleteProperty(Error, "prepareStackTrace");
