import { proxiesOf } from "../proxy.ts";
import { ok, type Check } from "./check.ts";

/** Scheme, host and port of a proxy; user and password are only said to be there. */
export function shapeOf(value: string): string {
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  // Behind an @ that is no longer before the host there would be the end of a password, and host and port would be its start.
  if (url === null || url.hostname === "" || /@/.test(url.pathname + url.search + url.hash)) {
    return "a value that is no URL";
  }
  const port = url.port === "" ? "" : `:${url.port}`;
  const hidden = url.username === "" && url.password === "" ? "" : " (user or password not shown)";
  return `${url.protocol}//${url.hostname}${port}${hidden}`;
}

/** Which variables name a proxy. None stops anything: what talks to loopback does not ask it. */
export function proxyCheck(environment: NodeJS.ProcessEnv): Check {
  const proxies = proxiesOf(environment).map(([name, value]) => `${name} is ${shapeOf(value)}`);
  return proxies.length === 0
    ? ok("proxy", "none is set")
    : ok("proxy", `${proxies.join(", ")}: downloads use it, loopback does not`);
}
