import { removeLink } from "./network.ts";
import type { Run } from "../machine.ts";

/** `ip` on a machine whose links are `links`, one list for each time they are listed; deleting fails. */
function ip(...links: readonly (readonly string[])[]): { readonly run: Run; readonly deleted: string[] } {
  const listings = [...links];
  const deleted: string[] = [];
  const run: Run = async (_command, args) => {
    if (args.includes("show")) return JSON.stringify((listings.shift() ?? []).map((ifname) => ({ ifname })));
    deleted.push(args.at(-1) ?? "");
    throw new Error("Cannot find device");
  };
  return { run, deleted };
}

describe("removeLink", () => {
  it("deletes nothing when the link is not there", async () => {
    const { run, deleted } = ip(["lo"]);
    await removeLink(run, "ts-one");
    expect(deleted).toEqual([]);
  });

  it("takes a link that the kernel removed between the look and the deletion for removed", async () => {
    const { run, deleted } = ip(["lo", "ts-one"], ["lo"]);
    await removeLink(run, "ts-one");
    expect(deleted).toEqual(["ts-one"]);
  });

  it("rejects with the reason when the link stays", async () => {
    const { run } = ip(["ts-one"], ["ts-one"]);
    await expect(removeLink(run, "ts-one")).rejects.toThrow("Cannot find device");
  });
});
