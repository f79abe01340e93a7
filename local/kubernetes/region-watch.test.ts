import { RegionGone, whileRegionRuns } from "./region-watch.ts";

const REQUEST = { method: "GET", path: "/livez" } as const;

/** A transport whose region answers as told, at the time that is told in seconds. */
function watched(regionAnswers: (seconds: number) => boolean) {
  let seconds = 0;
  const sent: number[] = [];
  const transport = whileRegionRuns(
    async () => {
      sent.push(seconds);
      return {};
    },
    { now: () => seconds * 1000, answers: async () => regionAnswers(seconds) },
  );
  const at = (time: number) => {
    seconds = time;
    return transport(REQUEST);
  };
  return { at, sent };
}

it("lets requests through while the region answers, and while it is started anew", async () => {
  const { at, sent } = watched((seconds) => seconds < 20 || seconds >= 29);
  for (const time of [0.5, 12, 19, 20, 28, 29, 38]) await at(time);
  expect(sent).toEqual([0.5, 12, 19, 20, 28, 29, 38]);
});

it("rejects when the region has not answered for ten seconds, and sends nothing", async () => {
  const { at, sent } = watched((seconds) => seconds < 20);
  await at(19);
  await at(25);
  await expect(at(29.5)).rejects.toThrow(RegionGone);
  await expect(at(31)).rejects.toThrow("the region has ended (nothing answers at ");
  expect(sent).toEqual([19, 25]);
});
