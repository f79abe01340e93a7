import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { PartialFailure, ProviderError } from "./provider.ts";
import { encode } from "./values.ts";

/**
 * What the engine gets for a thrown error. Never UNKNOWN, INTERNAL or DATA_LOSS: on those it records the resource
 * as possibly corrupt. A defect of ours is ABORTED, with its stack on stderr, which the engine keeps for its debug log.
 * `redact` hides the call's secrets in every text.
 */
export function toServiceError(
  error: unknown,
  cancelled: boolean,
  redact: (text: string) => string,
): ServiceError {
  if (error instanceof PartialFailure) {
    return partialFailure(error, redact);
  }
  if (error instanceof ProviderError) {
    return serviceError(status[error.code], redact(error.message), new Metadata());
  }
  if (cancelled) {
    return serviceError(status.CANCELLED, "cancelled before it was done", new Metadata());
  }
  const unexpected = error instanceof Error ? error : new Error(String(error));
  console.error(redact(unexpected.stack ?? unexpected.message));
  return serviceError(status.ABORTED, redact(unexpected.message), new Metadata());
}

/** The resource exists but is not as asked: the engine keeps it in the state with the reasons, and updates it next time. */
function partialFailure(error: PartialFailure, redact: (text: string) => string): ServiceError {
  const message = redact(error.message);
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(encode(error.outputs));
  detail.setInputs(encode(error.inputs));
  detail.setReasonsList(error.reasons.map(redact));

  const packed = new anyPb.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new statusPb.Status();
  details.setCode(status.ABORTED);
  details.setMessage(message);
  details.setDetailsList([packed]);

  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return serviceError(status.ABORTED, message, metadata);
}

function serviceError(code: status, details: string, metadata: Metadata): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata });
}
