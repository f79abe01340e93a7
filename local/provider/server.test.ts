import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { credentials, status } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";

const plugin = join(import.meta.dirname, "../plugins/pulumi-resource-random");

type Plugin = ChildProcessByStdio<Writable, Readable, null>;

/** The random plugin as the engine starts it. */
async function start(): Promise<{ child: Plugin; client: providerGrpc.ResourceProviderClient }> {
  const child = spawn(plugin, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  expect(line.toString()).toMatch(/^\d+\n$/);
  const address = `127.0.0.1:${line.toString().trim()}`;
  return { child, client: new providerGrpc.ResourceProviderClient(address, credentials.createInsecure()) };
}

const info = (client: providerGrpc.ResourceProviderClient) =>
  new Promise<string>((resolve, reject) => {
    client.getPluginInfo(new emptyPb.Empty(), (error, answer) =>
      error === null ? resolve(answer.getVersion()) : reject(error),
    );
  });

/** Resolves when the process has ended; its new parent may not have asked for its exit code yet (a zombie). */
async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "ended");
    if (stat === "ended" || stat.includes(") Z ")) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`process ${pid} still lives: ${stat}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("serve", () => {
  it("answers its version and schema, and UNIMPLEMENTED for components", async () => {
    const { child, client } = await start();
    expect(await info(client)).toBe("4.21.2");
    const schema = await new Promise<string>((resolve, reject) => {
      client.getSchema(new providerPb.GetSchemaRequest(), (error, answer) =>
        error === null ? resolve(answer.getSchema()) : reject(error),
      );
    });
    expect(JSON.parse(schema)).toEqual({ name: "random", version: "4.21.2" });
    const refused = await new Promise((resolve) => {
      client.construct(new providerPb.ConstructRequest(), resolve);
    });
    expect(refused).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: "the local stand-in for random has no component resources",
    });
    client.close();
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("stays on SIGINT while its engine is connected, and ends when the connection closes", async () => {
    const { child, client } = await start();
    await info(client);
    child.kill("SIGINT");
    expect(await info(client)).toBe("4.21.2");
    expect(child.exitCode).toBeNull();
    const exit = once(child, "exit");
    client.close();
    expect(await exit).toEqual([0, null]);
  });

  it("ends when its parent has gone", async () => {
    // The shell answers the plugin's pid and ends: the plugin keeps stdout open until it ends too.
    const script = '"$0" 127.0.0.1:1 & echo "pid $!"; read -r answer';
    const shell = spawn("sh", ["-c", script, plugin], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    const ready = new Promise<void>((resolve) => {
      shell.stdout.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (/pid \d+/.test(output) && /^\d+$/m.test(output)) {
          resolve();
        }
      });
    });
    await ready;
    const pid = Number(/pid (\d+)/.exec(output)?.[1]);
    expect(() => process.kill(pid, 0)).not.toThrow();
    const closed = once(shell.stdout, "close");
    shell.stdin.end("\n");
    await closed;
    await gone(pid);
  });
});
