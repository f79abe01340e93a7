import {
  type ApiType,
  type Configuration,
  createConfiguration,
  type KubeConfig,
  type Middleware,
  ServerConfiguration,
} from "@kubernetes/client-node";

/** Makes API clients whose calls fail after so many milliseconds; the library itself waits as long as the connection lives. */
export function boundedApis(config: KubeConfig, milliseconds: number) {
  const bounded: Middleware = {
    pre: (context) => {
      context.setSignal(AbortSignal.timeout(milliseconds));
      return Promise.resolve(context);
    },
    post: (context) => Promise.resolve(context),
  };
  return <Api extends ApiType>(api: new (configuration: Configuration) => Api): Api => {
    const server = config.getCurrentCluster()?.server;
    if (server === undefined) throw new Error("the pod was given no API server");
    return new api(
      createConfiguration({
        baseServer: new ServerConfiguration(server, {}),
        authMethods: { default: config },
        promiseMiddleware: [bounded],
      }),
    );
  };
}
