import { once } from "node:events";
import { connect } from "node:net";

// Run in a host's namespace: which of the addresses given as `host:port` take a TCP connection from there.

const waitMs = 1_500;

async function isOpen(target: string): Promise<boolean> {
  const [host = "", port = ""] = target.split(":");
  const socket = connect({ host, port: Number(port), timeout: waitMs });
  try {
    const timedOut = once(socket, "timeout").then(() => false);
    return await Promise.race([once(socket, "connect").then(() => true), timedOut]);
  } catch {
    // Refused, which no filter of ours does: it drops.
    return false;
  } finally {
    socket.destroy();
  }
}

const targets = process.argv.slice(2);
const open = await Promise.all(targets.map(isOpen));
process.stdout.write(JSON.stringify(targets.filter((_, index) => open[index])));
