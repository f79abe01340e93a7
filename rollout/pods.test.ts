import { podState } from "./pods.ts";

it("tells what is known of a pod before anything of it runs", () => {
  expect(podState({ metadata: { name: "a" } })).toEqual({
    name: "a",
    address: undefined,
    ready: false,
    restarts: 0,
    outOfMemory: false,
    waiting: undefined,
  });
});

const container = (more: object) => ({
  name: "api",
  image: "image",
  imageID: "",
  ready: true,
  restartCount: 0,
  ...more,
});

it.each<[string, object, object]>([
  ["ready", {}, { ready: true, restarts: 0, outOfMemory: false, waiting: undefined }],
  ["restarted", { restartCount: 2 }, { restarts: 2 }],
  [
    "waiting for its image",
    { state: { waiting: { reason: "ImagePullBackOff" } } },
    { waiting: "ImagePullBackOff" },
  ],
  [
    "being made, which passes",
    { state: { waiting: { reason: "ContainerCreating" } } },
    { waiting: undefined },
  ],
  [
    "ended for its memory now",
    { state: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
    { outOfMemory: true },
  ],
  [
    "ended for its memory before",
    { lastState: { terminated: { exitCode: 137, reason: "OOMKilled" } } },
    { outOfMemory: true },
  ],
  [
    "ended otherwise",
    { lastState: { terminated: { exitCode: 1, reason: "Error" } } },
    { outOfMemory: false },
  ],
])("sees that it is %s", (_what, status, expected) => {
  const pod = {
    metadata: { name: "a" },
    status: {
      podIP: "10.42.1.7",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [container(status)],
    },
  };
  expect(podState(pod)).toMatchObject(expected);
});
