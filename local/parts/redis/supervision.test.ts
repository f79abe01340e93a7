import type { RedisNode } from "./node.ts";
import { mostAdvanced } from "./supervision.ts";

/** A node that answers so, or not at all. */
function node(name: string, answer?: { readonly offset: number; readonly filling?: boolean }): RedisNode {
  const replication = async (): Promise<object> => {
    if (answer === undefined) throw new Error("Connection is closed.");
    return { filling: false, ...answer };
  };
  return { name, admin: { replication } } as unknown as RedisNode;
}

it.each([
  ["whose data go furthest", [node("a", { offset: 5 }), node("b", { offset: 7 })], "b"],
  ["that answers", [node("a"), node("b", { offset: 0 })], "b"],
  ["that is not just being filled", [node("a", { offset: 9, filling: true }), node("b", { offset: 0 })], "b"],
  ["that is being filled, rather than none", [node("a", { offset: 9, filling: true })], "a"],
])("promotes the replica %s", async (_what, nodes, name) => {
  expect((await mostAdvanced(nodes))?.name).toBe(name);
});

it("promotes none that does not answer", async () => {
  expect(await mostAdvanced([node("a"), node("b")])).toBeUndefined();
});
