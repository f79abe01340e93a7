import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { load } from "js-yaml";
import { tryParseCidr, type Cidr } from "../cidr.ts";
import { blocks, type Check } from "./check.ts";

/** The address ranges a local stack takes on this machine. */
export interface LocalRanges {
  /** The VPC's, `twinstack:network.cidr`. */
  readonly vpc: Cidr;
  /** The Kubernetes services', `twinstack:cluster.serviceCidr`. */
  readonly services: Cidr;
}

/** Reads them out of a stack's configuration file; answers what is wrong with it where it cannot. */
export async function readLocalRanges(path: string): Promise<LocalRanges | Check> {
  const file = basename(path);
  let config: unknown;
  try {
    config = field(load(await readFile(path, "utf8")), "config");
  } catch (error) {
    const found = `${file} cannot be read: ${(error as Error).message}`;
    return blocks("address ranges", found, `restore it with "git checkout ${file}"`);
  }
  const vpc = range(config, "network", "cidr", "10.42.0.0/16");
  const services = range(config, "cluster", "serviceCidr", "172.20.0.0/16");
  if (typeof vpc === "string") return blocks("address ranges", `${file}: ${vpc}`, fix(file));
  if (typeof services === "string") return blocks("address ranges", `${file}: ${services}`, fix(file));
  return { vpc, services };
}

const fix = (file: string): string => `correct it in ${file}`;

/** The range at `twinstack:<group>.<key>`, or what is wrong with it. */
function range(config: unknown, group: string, key: string, example: string): Cidr | string {
  const value = field(field(config, `twinstack:${group}`), key);
  const cidr = typeof value === "string" ? tryParseCidr(value) : undefined;
  if (cidr !== undefined) return cidr;
  const found = value === undefined ? "not set" : JSON.stringify(value);
  return `twinstack:${group}.${key} is ${found}, not a range such as ${example}`;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
