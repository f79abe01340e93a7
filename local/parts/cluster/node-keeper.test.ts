import { keepNodes } from "./node-keeper.ts";
import type { Hosts } from "../machine.ts";

const hosts = (present: (name: string) => boolean): { hosts: Hosts } => ({
  hosts: { present: async (name: string) => present(name) } as Hosts,
});

describe("keepNodes", () => {
  it("brings the cluster up again when a node's host is gone, and says which", async () => {
    const gone = new Set(["node-b"]);
    const lines: string[] = [];
    const brought = new Promise<void>((resolve) => {
      const keeper = keepNodes({
        machine: hosts((name) => !gone.has(name)),
        bringUp: async () => {
          gone.clear();
          void keeper.close().then(resolve);
        },
        log: (line) => lines.push(line),
      });
    });
    await brought;
    expect(lines).toEqual(["nodes: node-b gone, replaced as Auto Mode does"]);
  });

  it("touches nothing while every node is there, and tries again after a failure", async () => {
    let asked = 0;
    const tries: number[] = [];
    const lines: string[] = [];
    const done = new Promise<void>((resolve) => {
      const keeper = keepNodes({
        // Three questions a round: the first round finds all, the second and third miss one.
        machine: hosts((name) => {
          asked += 1;
          return asked <= 3 || name !== "node-a";
        }),
        bringUp: async () => {
          tries.push(asked);
          if (tries.length === 1) throw new Error("no address left");
          void keeper.close().then(resolve);
        },
        log: (line) => lines.push(line),
      });
    });
    await done;
    expect(tries).toEqual([6, 9]);
    expect(lines.filter((line) => line.includes("no address"))).toEqual(["nodes: no address left"]);
  });
});
