import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "./errors/config-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export function wholeNumber(min: number, max: number, unit: string, fallback: number) {
  const write = `a whole number of ${unit} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, write)
    .transform(Number)
    .pipe(z.number().min(min, write).max(max, write))
    .default(fallback);
}

/** A port to listen on; 0 is any free one. */
export function port(fallback: number) {
  const write = "a port from 1 to 65535, or 0 for any free one";
  return z
    .string()
    .regex(/^\d{1,5}$/, write)
    .transform(Number)
    .pipe(z.number().max(65535, write))
    .default(fallback);
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
) {
  return z.enum(values, { error: `one of ${values.join(", ")}` }).default(fallback);
}

export function text(pattern: RegExp, write: string, fallback: string) {
  return z.string().regex(pattern, write).default(fallback);
}

const HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

/** A host that must be named: there is no host that would be right everywhere. */
export function host(example: string) {
  const write = `a host name or address, e.g. ${example}`;
  return z.string({ error: write }).regex(HOST, write);
}

/** The port of a server that others run. */
export function remotePort(fallback: number) {
  const write = "a port from 1 to 65535";
  return z
    .string()
    .regex(/^\d{1,5}$/, write)
    .transform(Number)
    .pipe(z.number().min(1, write).max(65535, write))
    .default(fallback);
}

/** `host:port`, comma-separated; empty for none. */
export const hostList = z
  .string()
  .default("")
  .transform((value, context) => {
    const hosts: { host: string; port: number }[] = [];
    for (const entry of value.split(",").filter((part) => part.trim() !== "")) {
      const [, name = "", digits = ""] = /^\s*([^:\s]+):(\d{1,5})\s*$/.exec(entry) ?? [];
      const number = Number(digits);
      if (!HOST.test(name) || number < 1 || number > 65535) {
        context.addIssue({
          code: "custom",
          message: "host:port, comma-separated, e.g. replica-1:5432,replica-2:5432",
        });
        return z.NEVER;
      }
      hosts.push({ host: name, port: number });
    }
    return hosts;
  });

/** A database or role as PostgreSQL takes it without quotes. */
export function identifier(what: string, fallback?: string) {
  const write = `${what}: lower-case letters, digits and underscores, at most 63`;
  const schema = z.string({ error: write }).regex(/^[a-z_][a-z0-9_]{0,62}$/, write);
  return fallback === undefined ? schema : schema.default(fallback);
}

/** `verify`: the server's certificate and name are checked. `off` is for tests on loopback. */
export const tlsMode = oneOf(["verify", "off"], "verify");

/**
 * Reads the environment. Variables that are not ours are left alone: Kubernetes injects some for every Service.
 *
 * @throws ConfigError naming every variable that is wrong, its value and what to write instead.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  env: Environment,
): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0]);
      const value = env[name];
      return `${name}${value === undefined ? " (not set)" : `=${JSON.stringify(value)}`}: write ${message}.`;
    }),
  );
}

/** Where the platform mounts secrets: a file each, named by what it is. */
export const secretsFolder = text(
  /^\/.{1,4095}$/,
  "the absolute path of the folder of secret files",
  "/etc/twinstack/secrets",
);

/**
 * Reads secret files of a folder; a line break at the end is not part of a secret.
 *
 * @throws ConfigError naming every file that cannot be read or is empty; never what is in it.
 */
export function readSecrets<const Name extends string>(
  folder: string,
  names: readonly Name[],
): Record<Name, string> {
  const problems: string[] = [];
  const secrets = names.map((name) => {
    try {
      const value = readFileSync(join(folder, name), "utf8").replace(/\r?\n$/, "");
      if (value !== "") return [name, value];
      problems.push(
        `SECRETS_DIR=${JSON.stringify(folder)}: the file ${name} is empty; write the secret into it.`,
      );
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "unreadable";
      problems.push(
        `SECRETS_DIR=${JSON.stringify(folder)}: the file ${name} cannot be read (${code}); mount it there.`,
      );
    }
    return [name, ""];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(secrets) as Record<Name, string>;
}
