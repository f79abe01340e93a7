import { ReplyError } from "ioredis";
import { neverServes } from "./never-serves.ts";

type Node = Parameters<typeof neverServes>[0];
const node = (change: Partial<Node>): Node => ({
  ...{ name: "cache-1", running: true, failure: undefined, shortStarts: 1, lastWords: "Out Of Memory" },
  ...change,
});
// ioredis declares its class as any.
const Refused: unknown = ReplyError;
const reply = (words: string): Error => new (Refused as new (words: string) => Error)(words);

it.each([
  ["that answers", node({})],
  ["that loads its data", node({ failure: reply("LOADING Redis is loading the dataset in memory") })],
  ["that is cut off for a moment", node({ failure: new Error("Connection is closed.") })],
  ["that was started again", node({ running: false, shortStarts: 3 })],
  ["that runs after many starts", node({ shortStarts: 9 })],
])("waits for a node %s", (_, waited) => {
  expect(neverServes(waited)).toBeUndefined();
});

it("tells why at once of a node that refuses the region, or ends at every start", () => {
  const failure = reply("WRONGPASS invalid username-password pair or user is disabled.");
  expect(neverServes(node({ failure }))).toBe(
    "cache-1 refuses the region: WRONGPASS invalid username-password pair or user is disabled.",
  );
  expect(neverServes(node({ running: false, shortStarts: 4 }))).toBe(
    "cache-1 ends at every start: Out Of Memory",
  );
});
