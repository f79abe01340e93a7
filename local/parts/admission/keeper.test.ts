import { webhookConfigurations } from "./configurations.ts";
import { keepWebhooks } from "./keeper.ts";
import type { Manifest } from "../cluster/manifest.ts";

const access = { server: "https://10.42.0.4", ca: "CA", cert: "", key: "" };
const wanted = webhookConfigurations("CA");
const NAMES = ["pod-identity-webhook", "eks-load-balancing-webhook"];
const path = (name: string): string =>
  `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`;

/** An API server that answers each apply with the version `versionOf` says, and a promise of the nth apply. */
function apiServer(versionOf: (name: string, round: number) => string) {
  const applied: string[] = [];
  let told: () => void = () => undefined;
  return {
    applied,
    apply: async (_access: unknown, asked: string, object: Manifest): Promise<string> => {
      expect(asked).toBe(path(object.metadata.name));
      applied.push(object.metadata.name);
      told();
      const round = applied.filter((name) => name === object.metadata.name).length;
      const [uid, generation] = versionOf(object.metadata.name, round).split("/");
      return JSON.stringify({ metadata: { uid, generation: Number(generation) } });
    },
    async until(count: number): Promise<void> {
      while (applied.length < count) await new Promise<void>((resolve) => (told = resolve));
    },
  };
}

describe("keepWebhooks", () => {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  beforeEach(() => {
    lines.length = 0;
  });

  it("applies both again and again, and says nothing while nobody touches them", async () => {
    const server = apiServer(() => "uid/1");
    const keeper = keepWebhooks({ access, wanted, log, everyMs: 1, apply: server.apply });
    await server.until(6);
    await keeper.close();
    expect(server.applied.slice(0, 6)).toEqual([...NAMES, ...NAMES, ...NAMES]);
    expect(lines).toEqual([]);
  });

  it("says once which it put back: after a deletion the uid is another, after a change the generation", async () => {
    const server = apiServer((name, round) => {
      if (round === 1) return "uid/1";
      return name === "pod-identity-webhook" ? "another/1" : "uid/3";
    });
    const keeper = keepWebhooks({ access, wanted, log, everyMs: 1, apply: server.apply });
    await server.until(8);
    await keeper.close();
    expect(lines).toEqual(NAMES.map((name) => `admission: ${name} was changed or deleted by hand, put back`));
  });

  it("begins no other pass while a slow API server answers one, so that its end waits for that one alone", async () => {
    jest.useFakeTimers();
    try {
      const server = apiServer(() => "uid/1");
      const answered = Promise.withResolvers<undefined>();
      const slow: typeof server.apply = async (...args) => {
        const answer = server.apply(...args);
        await answered.promise;
        return answer;
      };
      const keeper = keepWebhooks({ access, wanted, log, everyMs: 10, apply: slow });
      jest.advanceTimersByTime(1000);
      const closed = keeper.close();
      answered.resolve(undefined);
      await closed;
      expect(server.applied).toEqual(NAMES);
    } finally {
      jest.useRealTimers();
    }
  });

  it("says a lasting failure once, and goes on", async () => {
    let calls = 0;
    const server = apiServer(() => "uid/1");
    const keeper = keepWebhooks({
      access,
      wanted,
      log,
      everyMs: 1,
      apply: async (...args) => {
        calls += 1;
        if (calls <= 3) throw new Error("connect ECONNREFUSED");
        return server.apply(...args);
      },
    });
    await server.until(2);
    await keeper.close();
    expect(lines).toEqual(["admission: connect ECONNREFUSED"]);
  });

  it("applies nothing more once it is closed", async () => {
    const server = apiServer(() => "uid/1");
    const keeper = keepWebhooks({ access, wanted, log, everyMs: 1, apply: server.apply });
    await keeper.close();
    const before = server.applied.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.applied).toHaveLength(before);
    expect(before).toBe(2);
  });
});
