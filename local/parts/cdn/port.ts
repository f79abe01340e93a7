import { createServer } from "node:net";

/** The port the page is expected at. */
export const PREFERRED_PORT = 8880;
const TRIES = 100;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first port from `preferred` on that nobody has on loopback. */
export async function freePort(preferred: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = preferred; port < preferred + TRIES; port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Error(`none of the ports ${preferred} to ${preferred + TRIES - 1} of loopback is free`);
}
