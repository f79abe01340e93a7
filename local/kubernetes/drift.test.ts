import { driftedInputs } from "./drift.ts";

const inputs = { spec: { replicas: 2, cpu: "1000m", containers: [{ name: "main", image: "web:1" }] } };
const recorded = {
  spec: {
    replicas: 2,
    cpu: "1",
    policy: "Always",
    containers: [{ name: "main", image: "web:1", pull: "Always" }],
  },
};

describe("inputs after a refresh", () => {
  it("are what the program wrote while nothing changed, however the API server writes it", () => {
    expect(driftedInputs(inputs, recorded, recorded)).toEqual(inputs);
  });

  it("hold what was changed by hand, and no default or foreign field", () => {
    const live = {
      spec: {
        replicas: 5,
        cpu: "1",
        policy: "Never",
        added: 1,
        containers: [{ name: "main", image: "web:9", pull: "Never" }],
      },
    };
    expect(driftedInputs(inputs, recorded, live)).toEqual({
      spec: { replicas: 5, cpu: "1000m", containers: [{ name: "main", image: "web:9" }] },
    });
  });

  it("lose what was removed by hand, and show a list that has grown as it is", () => {
    const grown = [...recorded.spec.containers, { name: "sidecar", image: "side:1" }];
    expect(driftedInputs(inputs, recorded, { spec: { cpu: "1", containers: grown } })).toEqual({
      spec: { cpu: "1000m", containers: grown },
    });
  });

  it("keep stringData as text, changed or not", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      data: { raw: "AA==" },
      stringData: { user: "app", password: "old" },
    };
    const encode = (text: string): string => Buffer.from(text).toString("base64");
    const before = { data: { raw: "AA==", user: encode("app"), password: encode("old") } };
    const after = { data: { ...before.data, password: encode("new"), raw: "AQ==" } };
    const header = { apiVersion: "v1", kind: "Secret" };
    expect(driftedInputs(secret, { ...header, ...before }, { ...header, ...after })).toEqual({
      ...header,
      data: { raw: "AQ==" },
      stringData: { user: "app", password: "new" },
    });
  });
});
