import { readReview } from "./token-review.ts";

const status = (more: object = {}, extra: object = {}) => ({
  status: {
    authenticated: true,
    audiences: ["pods.eks.amazonaws.com"],
    user: {
      username: "system:serviceaccount:twinstack:guard",
      extra: {
        "authentication.kubernetes.io/pod-name": ["guard-1"],
        "authentication.kubernetes.io/pod-uid": ["0b1f"],
        ...extra,
      },
    },
    ...more,
  },
});

it("reads whose pod's token it is", () => {
  expect(readReview(status())).toEqual({
    namespace: "twinstack",
    serviceAccount: "guard",
    podName: "guard-1",
    podUid: "0b1f",
  });
});

it.each([
  ["none that the API server knows", {}, "the token is not authenticated"],
  ["an expired one", { status: { authenticated: false, error: "token has expired" } }, "token has expired"],
  [
    "one for the API server",
    status({ audiences: ["https://kubernetes"] }),
    "the token is for another audience",
  ],
  [
    "one of a server that knows no audiences",
    status({ audiences: undefined }),
    "the token is for another audience",
  ],
  ["a node's", status({ user: { username: "system:node:node-a" } }), "the token is of no service account"],
  [
    "one that nobody's pod has",
    status({}, { "authentication.kubernetes.io/pod-uid": undefined }),
    "the token is bound to no pod",
  ],
])("takes no token: %s", (_what, review, problem) => {
  expect(readReview(review)).toEqual({ problem });
});
