import { makeCertificates } from "./testing/certificates.ts";
import type { Certificates } from "./testing/certificates.ts";
import { eventually } from "./testing/eventually.ts";
import { startPlatform } from "./testing/platform.ts";
import type { TestPlatform } from "./testing/platform.ts";
import { spawnProgram } from "./testing/server-process.ts";
import type { ServerProcess } from "./testing/server-process.ts";

let certificates: Certificates;
let platform: TestPlatform;
beforeAll(async () => {
  certificates = makeCertificates();
  platform = await startPlatform({ replicas: 1, certificates });
});
afterAll(async () => {
  await platform.remove();
  certificates.remove();
});

let program: ServerProcess;
afterEach(() => program.dispose());

/** What the API says of its dependencies. */
async function dependencies(): Promise<Record<string, boolean>> {
  const { port } = await program.logged("listening");
  const { dependencies: all } = (await (await fetch(`http://127.0.0.1:${String(port)}/health`)).json()) as {
    dependencies: { name: string; ok: boolean }[];
  };
  return Object.fromEntries(all.map(({ name, ok }) => [name, ok]));
}

describe("connections to database, cache and queue", () => {
  it("are encrypted, and trust whom NODE_EXTRA_CA_CERTS names", async () => {
    program = spawnProgram("server", platform.env);
    await eventually("all to answer", async () =>
      Object.values(await dependencies()).every((ok) => ok) ? true : undefined,
    );
    for (const [server, role] of [
      [platform.postgres, "app_rw"],
      [platform.replicas[0], "app_ro"],
    ] as const) {
      const superuser = await server?.superuser();
      const { rows } = (await superuser?.query(
        "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = $1",
        [role],
      )) ?? { rows: [] };
      await superuser?.end();
      expect([role, rows]).toEqual([role, [{ ssl: true }]]);
    }
  });

  it("are not made to a server that nobody known has signed", async () => {
    program = spawnProgram("server", { ...platform.env, NODE_EXTRA_CA_CERTS: "", STARTUP_SECONDS: "1" });
    expect(await program.exit()).toEqual([1, null]);
    expect(program.errors()).toMatch(
      /DATABASE_WRITER_HOST=localhost.*unable to verify the first certificate/,
    );
  });

  it("are not made to a server by another name than its certificate's", async () => {
    program = spawnProgram("server", {
      ...platform.env,
      DATABASE_WRITER_HOST: "127.0.0.1",
      STARTUP_SECONDS: "1",
    });
    expect(await program.exit()).toEqual([1, null]);
    expect(program.errors()).toMatch(
      /DATABASE_WRITER_HOST=127.0.0.1.*IP: 127.0.0.1 is not in the cert's list/,
    );
    await program.dispose();

    program = spawnProgram("server", { ...platform.env, CACHE_HOST: "127.0.0.1", QUEUE_HOST: "127.0.0.1" });
    expect(await dependencies()).toEqual({ writer: true, "reader-1": true, cache: false, queue: false });
  });
});
