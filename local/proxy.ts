/** Variables that name a proxy, in small letters; programs read them in either case. */
const proxyVariables: ReadonlySet<string> = new Set(["http_proxy", "https_proxy", "all_proxy", "grpc_proxy"]);

const isProxy = (name: string): boolean => proxyVariables.has(name.toLowerCase());

/** The variables of `environment` that name a proxy, as they are written there, with their values; empty ones are none. */
export function proxiesOf(environment: NodeJS.ProcessEnv): readonly (readonly [string, string])[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    isProxy(name) && value !== undefined && value !== "" ? [[name, value] as const] : [],
  );
}

/** The environment without proxies: for what talks to this machine's own networks alone. */
export function withoutProxies(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isProxy(name)));
}
