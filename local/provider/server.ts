import { createServer, type AddressInfo } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Calls } from "./calls.ts";
import { EngineLog } from "./engine-log.ts";
import { endWithEngine } from "./lifetime.ts";
import type { Provider } from "./provider.ts";
import { providerService } from "./service.ts";

/**
 * Runs this process as the plugin `pulumi-resource-<name>`: a gRPC ResourceProvider on a loopback port, which the
 * first line of stdout tells the engine. The engine's own address is the last argument. Nothing else may write to
 * stdout before. The process ends with its engine.
 */
export async function serve(provider: Provider): Promise<void> {
  const log = new EngineLog();
  const engine = process.argv.slice(2).findLast((argument) => /^[\w.-]+:\d+$/.test(argument));
  if (engine !== undefined) {
    log.connect(engine);
  }
  const calls = new Calls(log);

  // The engine's own limit is 400 MB (large assets); gRPC's default of 4 MB is too small for them.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(providerGrpc.ResourceProviderService, providerService(provider, calls, log));

  // Our own listener, because gRPC's tells nobody when its connections close.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    connections.injectConnection(socket);
  });
  endWithEngine(listener, calls, engine !== undefined);
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  process.stdout.write(`${(listener.address() as AddressInfo).port}\n`);
}
