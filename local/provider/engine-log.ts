import { credentials } from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";

/**
 * Progress lines beside a resource, through the engine's Log call. Each line replaces the one before, so while one
 * is on its way only the newest of the same resource waits: a chatty provider cannot pile calls up.
 */
export class EngineLog {
  #client: engineGrpc.EngineClient | undefined;
  #address: string | undefined;
  readonly #waiting = new Map<string, string>();
  readonly #sending = new Set<string>();
  readonly #last = new Map<string, string>();

  /** The engine's address, `127.0.0.1:PORT`; without one progress is dropped (nobody is there to read it). */
  connect(address: string): void {
    if (address !== this.#address) {
      this.close();
      this.#address = address;
    }
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  progress(urn: string, message: string): void {
    // Without a terminal the CLI prints every line it gets: the same one again says nothing.
    if (this.#address === undefined || this.#last.get(urn) === message) {
      return;
    }
    this.#last.set(urn, message);
    if (this.#sending.has(urn)) {
      this.#waiting.set(urn, message);
      return;
    }
    this.#send(urn, message, this.#address);
  }

  #send(urn: string, message: string, address: string): void {
    this.#client ??= new engineGrpc.EngineClient(address, credentials.createInsecure());
    const request = new enginePb.LogRequest();
    request.setSeverity(enginePb.LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(message);
    request.setEphemeral(true);
    this.#sending.add(urn);
    this.#client.log(request, (error) => {
      this.#sending.delete(urn);
      // What was on its way when the log was closed has nobody to be shown to.
      if (error !== null && this.#client !== undefined) {
        console.error(`progress of ${urn} not shown: ${error.message}`);
      }
      const next = this.#waiting.get(urn);
      if (next !== undefined) {
        this.#waiting.delete(urn);
        this.#send(urn, next, address);
      }
    });
  }
}
