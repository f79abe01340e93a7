import { readFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { connect as connectTls } from "node:tls";

// Run in a host's namespace, asked on standard input: what a server answers to PING; empty when it hangs up.

interface Question {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  readonly ca: string;
}

const { host, address, port, tls, ca } = JSON.parse(readFileSync(0, "utf8")) as Question;
const socket = tls
  ? connectTls({ host: address, port, ca, servername: host })
  : connectPlain({ host: address, port });
let text = "";
socket.setEncoding("utf8").setTimeout(3_000, () => socket.destroy());
socket
  .on("error", () => undefined)
  .on("data", (chunk: string) => {
    text += chunk;
    socket.end();
  });
socket.write("PING\r\n");
// Not `once`, which an error that comes before rejects.
await new Promise((resolve) => socket.on("close", resolve));
process.stdout.write(JSON.stringify(text));
