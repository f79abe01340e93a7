import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { endProcess, spawnServer } from "./child-server.ts";

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));

it("takes what a killed server has started along, before it says that the server is gone", async () => {
  const child = spawnServer("sh", ["-c", "sleep 60 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const sleeper = Number(line.toString());
  expect(isAlive(sleeper)).toBe(true);
  await endProcess(child, "SIGKILL");
  expect(isAlive(sleeper)).toBe(false);
  expect(child.signalCode).toBe("SIGKILL");
});
