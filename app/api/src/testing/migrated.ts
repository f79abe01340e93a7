import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ADMIN, DATABASE } from "./postgres.ts";

const source = join(import.meta.dirname, "..");
/** From its source; the migrations lie elsewhere than in the image. */
const SOURCE = [join(source, "migrate.ts"), { MIGRATIONS_DIR: join(source, "../../migrations") }] as const;

/**
 * The migration Job as a process, from its source or as the image has it; node-pg-migrate is an ES module, which jest
 * does not load.
 */
export async function runMigration(
  port: number,
  secretsFolder: string,
  env: Readonly<Record<string, string>> = {},
  imageFolder?: string,
) {
  const [program, where] = imageFolder === undefined ? SOURCE : [join(imageFolder, "migrate.js"), {}];
  const child = spawn(process.execPath, [program], {
    env: {
      DATABASE_PRIMARY_HOST: "127.0.0.1",
      DATABASE_PRIMARY_PORT: `${port}`,
      DATABASE_NAME: DATABASE,
      DATABASE_ADMIN_USER: ADMIN.user,
      DATABASE_TLS: "off",
      SECRETS_DIR: secretsFolder,
      ...where,
      LOG_LEVEL: "debug",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  const lines = output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, lines, errors };
}
