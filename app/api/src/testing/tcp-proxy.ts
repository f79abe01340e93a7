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
  /** Keeps connections open, new ones too, and lets nothing through any more: a machine that is gone without a word. */
  silence(): void;
  /** Lets new connections through again. */
  speak(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(first: number): Promise<TcpProxy> {
  let target = first;
  let cut: RegExp | undefined;
  let silent = false;
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
    upstream.on("data", (chunk: Buffer) => {
      if (!silent) client.write(chunk);
    });
    client.on("data", (chunk: Buffer) => {
      if (silent) return;
      if (cut?.test(chunk.toString("latin1")) === true) {
        cut = undefined;
        // The server has it; its answer finds nobody.
        upstream.removeAllListeners("data").once("data", () => client.destroy());
        upstream.write(chunk);
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
    silence: () => (silent = true),
    speak: () => (silent = false),
    redirect: (port) => (target = port),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
