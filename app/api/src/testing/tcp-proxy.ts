import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/** Stands between a client and a server on loopback, and cuts connections at will. */
export interface TcpProxy {
  readonly port: number;
  /** Lets what matches through to the server, and cuts the connection before the answer; once. */
  cutAfter(sent: RegExp): void;
  /** Leads new connections elsewhere, as a name does that has moved; those that are open stay where they are. */
  redirect(target: number): void;
  close(): Promise<void>;
}

export async function startTcpProxy(first: number): Promise<TcpProxy> {
  let target = first;
  let cut: RegExp | undefined;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.end();
      });
    }
    upstream.pipe(client);
    client.on("data", (chunk: Buffer) => {
      if (cut?.test(chunk.toString("latin1")) === true) {
        cut = undefined;
        upstream.unpipe(client);
        upstream.resume();
        upstream.write(chunk, () => {
          // The server has it; its answer finds nobody.
          upstream.once("data", () => client.destroy());
        });
        return;
      }
      upstream.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter: (sent) => (cut = sent),
    redirect: (port) => (target = port),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
