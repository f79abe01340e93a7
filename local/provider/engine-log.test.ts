import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import { EngineLog } from "./engine-log.ts";

describe("EngineLog", () => {
  const server = new Server();
  const received: enginePb.LogRequest.AsObject[] = [];
  const answers: (() => void)[] = [];
  let arrived: () => void = () => undefined;
  let log: EngineLog;

  beforeAll(async () => {
    server.addService(engineGrpc.EngineService, {
      log(call: ServerUnaryCall<enginePb.LogRequest, emptyPb.Empty>, callback: sendUnaryData<emptyPb.Empty>) {
        received.push(call.request.toObject());
        answers.push(() => callback(null, new emptyPb.Empty()));
        arrived();
      },
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    log = new EngineLog();
    log.connect(`127.0.0.1:${port}`);
  });
  afterAll(() => {
    log.close();
    server.forceShutdown();
  });

  /** Resolves when the engine got its next line. */
  const next = () => new Promise<void>((resolve) => (arrived = resolve));

  it("sends a line, and of those that come meanwhile only the newest", async () => {
    const first = next();
    log.progress("urn:a", "one");
    log.progress("urn:a", "two");
    log.progress("urn:a", "three");
    await first;
    const second = next();
    answers.shift()?.();
    await second;
    answers.shift()?.();
    expect(received).toEqual([
      { severity: enginePb.LogSeverity.INFO, urn: "urn:a", message: "one", ephemeral: true, streamid: 0 },
      { severity: enginePb.LogSeverity.INFO, urn: "urn:a", message: "three", ephemeral: true, streamid: 0 },
    ]);
  });

  it("drops progress while there is no engine", () => {
    expect(() => new EngineLog().progress("urn:a", "nobody listens")).not.toThrow();
  });
});
