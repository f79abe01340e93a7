import { chownSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { accessRules, userMap } from "./access-rules.ts";
import { configurationFile } from "./configuration.ts";
import { nodeLayout } from "./layout.ts";
import { openPath, ownerOf } from "./program.ts";
import type { Access } from "./access-rules.ts";
import type { Settings } from "./configuration.ts";
import type { Owner } from "./program.ts";
import type { Machine } from "../machine.ts";

/** Replaces a file whole, readable by PostgreSQL alone. Answers whether it was another one before. */
export function writeOwned(path: string, text: string, owner: Owner): boolean {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;
  writeFileAtomic(path, text, { owner });
  return true;
}

/** Makes a folder of PostgreSQL's own below the region's. */
export async function ownFolder(machine: Machine, path: string): Promise<void> {
  const { uid, gid } = await ownerOf(machine);
  // The ones above belong to root; PostgreSQL only walks through them.
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, uid, gid);
}

export interface ServerFiles {
  readonly settings: Settings;
  readonly access: Access;
  /** The endpoint's name: what clients check the certificate for. */
  readonly endpoint: string;
  readonly address: string;
}

/** Writes everything a server is started with. Answers whether anything differs from before. */
export async function writeServerFiles(machine: Machine, host: string, files: ServerFiles): Promise<boolean> {
  const layout = nodeLayout(machine, host);
  const owner = await ownerOf(machine);
  await openPath(machine);
  await ownFolder(machine, layout.folder);
  const authority = await regionAuthority(machine);
  const pair = await authority.issue({
    name: host,
    commonName: host,
    usages: ["serverAuth"],
    names: [`DNS:${files.endpoint}`, `IP:${files.address}`],
  });
  return [
    writeOwned(layout.certificate, readFileSync(pair.cert, "utf8"), owner),
    writeOwned(layout.key, readFileSync(pair.key, "utf8"), owner),
    writeOwned(layout.userMap, userMap(), owner),
    writeOwned(layout.accessRules, accessRules(files.access), owner),
    writeOwned(layout.configuration, configurationFile(files.settings), owner),
    writeOwned(layout.written, JSON.stringify(files.settings, undefined, 1), owner),
  ].includes(true);
}

/** Data, configuration and certificate; the server must have ended. */
export async function removeServerFiles(machine: Machine, host: string): Promise<void> {
  await rm(nodeLayout(machine, host).folder, { recursive: true, force: true });
  const folder = dirname((await regionAuthority(machine)).files.cert);
  for (const ending of ["crt", "key"]) rmSync(join(folder, `${host}.${ending}`), { force: true });
}
