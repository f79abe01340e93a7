import { join } from "node:path";

import { ruleKey } from "./topology.ts";

/** Where an instance lives. */
export interface Site {
  /** The address its listeners bind. */
  readonly address: string;
  /** Absolute; holds everything below. */
  readonly directory: string;
}

export interface Server {
  readonly address: string;
  readonly port: number;
}

/** A server is named by its address and port, which is what ALB's health checks send as Host. */
export function serverName({ address, port }: Server): string {
  return `${address}:${port}`;
}

export function configurationFile(site: Site): string {
  return join(site.directory, "haproxy.cfg");
}
export function masterSocket(site: Site): string {
  return join(site.directory, "master.sock");
}
export function bodyFile(site: Site, ruleArn: string): string {
  return join(site.directory, `${ruleKey(ruleArn)}.body`);
}
export function errorFile(site: Site, name: string): string {
  return join(site.directory, name);
}
export function weightsFile(site: Site): string {
  return join(site.directory, "weights.map");
}
export function serverStateFile(site: Site): string {
  return join(site.directory, "server-state");
}
