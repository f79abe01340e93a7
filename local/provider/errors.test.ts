import { status } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { toServiceError } from "./errors.ts";
import { PartialFailure, ProviderError, Secret } from "./provider.ts";

/** Nothing is secret. */
const plain = (text: string): string => text;

const CORRUPTING: readonly number[] = [status.UNKNOWN, status.INTERNAL, status.DATA_LOSS];

describe("toServiceError", () => {
  it("keeps a refusal's code and message", () => {
    expect(toServiceError(new ProviderError("NOT_FOUND", "no vpc-1"), false, plain)).toMatchObject({
      code: status.NOT_FOUND,
      details: "no vpc-1",
    });
  });

  it("answers a defect with its message and a code that leaves the state whole, its stack on stderr", () => {
    const stderr = jest.spyOn(console, "error").mockImplementation(() => undefined);
    const error = toServiceError(new TypeError("x is undefined"), false, plain);
    expect(error).toMatchObject({ code: status.ABORTED, details: "x is undefined" });
    expect(CORRUPTING).not.toContain(error.code);
    expect(stderr).toHaveBeenCalledWith(expect.stringContaining("errors.test.ts"));
    expect(toServiceError("a text", false, plain)).toMatchObject({ code: status.ABORTED, details: "a text" });
    stderr.mockRestore();
  });

  it("answers CANCELLED after a cancel, but a refusal stays one", () => {
    expect(toServiceError(new Error("aborted"), true, plain).code).toBe(status.CANCELLED);
    expect(toServiceError(new ProviderError("ABORTED", "stopped"), true, plain).details).toBe("stopped");
  });

  it("packs a partial failure so that the engine keeps the resource", () => {
    const error = toServiceError(
      new PartialFailure("i-1", { a: 1, token: new Secret("s") }, { a: 1 }, ["not ready", "no address"]),
      false,
      plain,
    );
    expect(error).toMatchObject({ code: status.ABORTED, details: "not ready; no address" });
    const [packed] = error.metadata.get("grpc-status-details-bin");
    const details = statusPb.Status.deserializeBinary(packed as Buffer);
    expect(details.getCode()).toBe(error.code);
    const [any] = details.getDetailsList();
    expect(any?.getTypeUrl()).toBe("type.googleapis.com/pulumirpc.ErrorResourceInitFailed");
    const failed = providerPb.ErrorResourceInitFailed.deserializeBinary(
      any?.getValue_asU8() ?? new Uint8Array(),
    );
    expect(failed.getId()).toBe("i-1");
    expect(failed.getReasonsList()).toEqual(["not ready", "no address"]);
    expect(failed.getInputs()?.toJavaScript()).toEqual({ a: 1 });
    expect(failed.getProperties()?.toJavaScript()).toMatchObject({ a: 1, token: { value: "s" } });
  });
});
