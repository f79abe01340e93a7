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

const hosts = (...pids: readonly number[]) => ({
  hosts: [
    {
      name: "eks-control",
      address: "10.42.0.4",
      zone: "eu-central-1a",
      processes: pids.map((each) => ({
        name: "eks-control/kube-apiserver",
        pid: each,
        running: true,
        restarts: 0,
      })),
    },
  ],
});
const words = (): string =>
  `kube-apiserver on eks-control (process ${pid}, stopped: "kill -CONT ${pid}" lets it go on)`;

it("names what SIGSTOP holds, and nothing that runs", () => {
  expect(stoppedParts(hosts(process.pid, pid))).toEqual([words()]);
  expect(stoppedParts(hosts(process.pid))).toEqual([]);
});

it("refuses a part that stays stopped, with what lets it go on", async () => {
  await expect(refuseStoppedParts(0, async () => hosts(pid))).rejects.toThrow(
    `parts are stopped, and whoever asks them would wait:\n  ${words()}`,
  );
});

it("waits for one that goes on, or that the region replaces", async () => {
  const looks = [hosts(pid), hosts(pid), hosts(process.pid)];
  await refuseStoppedParts(60_000, async () => looks.shift() ?? hosts());
  expect(looks).toEqual([]);
  const waiting = refuseStoppedParts(60_000, async () => hosts(pid));
  part.kill("SIGCONT");
  await waiting;
});
