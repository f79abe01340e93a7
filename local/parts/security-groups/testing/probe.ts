import type { Machine } from "../../machine.ts";

/** A way to a host: `tcp/443`. */
export type Way = `${"tcp" | "udp"}/${number}`;

/** Answers every TCP connection and UDP datagram on its ports, IPv4 and IPv6, with what it is sent. */
const LISTENER = `
const { createServer } = require("net"), { createSocket } = require("dgram");
for (const way of JSON.parse(process.argv[1])) {
  const [kind, port] = way.split("/");
  if (kind === "tcp") createServer((c) => c.on("error", () => 0).pipe(c)).listen(+port, "::");
  else {
    const s = createSocket("udp6");
    s.on("message", (m, r) => s.send(m, r.port, r.address));
    s.bind(+port, "::");
  }
}
`;

/** Prints the targets of which it got an answer, before its deadline. What is filtered never answers. */
const PROBE = `
const { connect, isIPv6 } = require("net"), { createSocket } = require("dgram");
const [targets, deadline] = JSON.parse(require("fs").readFileSync(0));
const reached = [];
let open = targets.length;
const end = () => { console.log(JSON.stringify(reached)); process.exit(0); };
const got = (name) => { reached.push(name); if (--open === 0) end(); };
for (const { name, address, way } of targets) {
  const [kind, port] = way.split("/");
  if (kind === "tcp") {
    const c = connect(+port, address, () => c.write("x"));
    c.on("error", (e) => { if (e.code === "ECONNREFUSED") got(name + " refused"); });
    c.once("data", () => { c.destroy(); got(name); });
  } else {
    const s = createSocket(isIPv6(address.split("%")[0]) ? "udp6" : "udp4");
    const ask = () => s.send("x", +port, address, () => 0);
    const again = setInterval(ask, 200);
    s.on("error", () => 0);
    s.once("message", () => { clearInterval(again); s.close(); got(name); });
    ask();
  }
}
setTimeout(end, deadline);
`;

export interface Target {
  readonly name: string;
  readonly address: string;
  readonly way: Way;
}

/** Long enough for a second try of TCP, which comes after 1 s. */
const DEADLINE_MS = 1500;

export function listenerArguments(ways: readonly Way[]): readonly string[] {
  return ["-e", LISTENER, JSON.stringify(ways)];
}

/** Names of the targets that answer, in order; `enter` is the command that enters where the probe runs. */
export async function probe(
  run: Machine["run"],
  enter: readonly string[],
  targets: readonly Target[],
): Promise<readonly string[]> {
  const [command, ...args]: string[] = [...enter, process.execPath, "-e", PROBE];
  const output = await run(command ?? "", args, { input: JSON.stringify([targets, DEADLINE_MS]) });
  return (JSON.parse(output) as string[]).sort();
}
