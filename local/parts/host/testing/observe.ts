import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mountsUnder } from "../mounts.ts";
import { namespaceNames } from "../namespaces.ts";
import { allPids } from "../namespace-processes.ts";
import { readProc } from "../process-identity.ts";
import { MARK_VARIABLE } from "../scope.ts";
import type { Sandbox } from "./sandbox.ts";

/** Everything on this machine that bears the sandbox's names, looked up without the code under test's records. */
export function tracesOf({ scope, stateDir, runDir }: Sandbox): readonly string[] {
  const netns = namespaceNames();
  const links = JSON.parse(execFileSync("ip", ["-json", "link"], { encoding: "utf8" })) as {
    ifname: string;
  }[];
  const controllers = readdirSync("/sys/fs/cgroup").map((name) => `/sys/fs/cgroup/${name}/${scope.mark}`);
  const marked = allPids().filter((pid) =>
    (readProc(`/proc/${pid}/environ`) ?? "").includes(`${MARK_VARIABLE}=${scope.mark}\0`),
  );
  const routes = readFileSync("/proc/net/route", "utf8").split("\n");
  return [
    ...netns.filter((name) => name.startsWith(`${scope.prefix}-`)).map((name) => `namespace ${name}`),
    ...links
      .filter(({ ifname }) => ifname.startsWith(`${scope.prefix}-`))
      .map(({ ifname }) => `link ${ifname}`),
    ...controllers.filter(existsSync).map((path) => `cgroup ${path}`),
    ...marked.map((pid) => `process ${pid}`),
    ...mountsUnder([stateDir, runDir]).map((point) => `mount ${point}`),
    ...routes.filter((line) => line.startsWith(`${scope.prefix}-`)).map((line) => `route ${line}`),
  ];
}
