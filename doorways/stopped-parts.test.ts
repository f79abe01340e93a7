import { spawn, type ChildProcess } from "node:child_process";
import { isStopped } from "../local/parts/host/process-state.ts";
import { until } from "../local/parts/host/until.ts";
import { refuseStoppedParts, stoppedParts } from "./stopped-parts.ts";

let part: ChildProcess;
let pid: number;
beforeEach(async () => {
  part = spawn("sleep", ["600"]);
  pid = part.pid ?? 0;
  part.kill("SIGSTOP");
  await until("it to be stopped", 30_000, () => isStopped(pid));
});
afterEach(() => part.kill("SIGKILL"));

const host = (program: string, ...pids: readonly number[]) => ({
  hosts: [
    {
      name: "one",
      address: "10.42.0.4",
      zone: "eu-central-1a",
      processes: pids.map((each) => ({ name: `one/${program}`, pid: each, running: true, restarts: 0 })),
    },
  ],
});
const words = (program: string): string =>
  `${program} on one (process ${pid}, stopped: "kill -CONT ${pid}" lets it go on)`;

it("names what SIGSTOP holds, and nothing that runs", () => {
  expect(stoppedParts(host("kube-apiserver", process.pid, pid))).toEqual([
    { words: words("kube-apiserver"), replaced: false },
  ]);
  expect(stoppedParts(host("kube-apiserver", process.pid))).toEqual([]);
});

it("refuses at once a part that nobody replaces, with what lets it go on", async () => {
  let looks = 0;
  const refused = refuseStoppedParts(60_000, async () => {
    looks += 1;
    return host("kube-apiserver", pid);
  });
  await expect(refused).rejects.toThrow(
    `parts are stopped, and whoever asks them would wait:\n  ${words("kube-apiserver")}`,
  );
  expect(looks).toBe(1);
});

it("waits for a node of a database or a cache to be replaced, and refuses one that is not", async () => {
  const looks = [host("postgres", pid), host("redis-server", pid), host("postgres", process.pid)];
  await refuseStoppedParts(60_000, async () => looks.shift() ?? host("postgres"));
  expect(looks).toEqual([]);
  await expect(refuseStoppedParts(-1, async () => host("postgres", pid))).rejects.toThrow(words("postgres"));
});
