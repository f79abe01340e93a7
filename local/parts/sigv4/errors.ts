import { AwsError } from "../../aws/model.ts";

/** What is wrong with a request's signature; each kind of service says it in its own words. */
export type Fault =
  | "missing"
  | "malformed"
  | "unknown key"
  | "unknown token"
  | "expired token"
  | "skewed"
  | "not all signed"
  | "mismatch";

/** `s3` and everyone else: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html */
export function signatureError(service: string, fault: Fault): AwsError {
  const [code, message] = (service === "s3" ? S3 : OTHERS)[fault];
  return new AwsError(code, message);
}

type Words = Readonly<Record<Fault, readonly [code: string, message: string]>>;

const UNSIGNED = "There were headers present in the request which were not signed";

const S3: Words = {
  missing: ["AccessDenied", "Access Denied"],
  malformed: ["AuthorizationHeaderMalformed", "The authorization header is malformed"],
  "unknown key": ["InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
  "unknown token": ["InvalidToken", "The provided token is malformed or otherwise invalid."],
  "expired token": ["ExpiredToken", "The provided token has expired."],
  skewed: [
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
  ],
  "not all signed": ["AccessDenied", UNSIGNED],
  mismatch: [
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
};

const OTHERS: Words = {
  missing: ["MissingAuthenticationToken", "Request is missing Authentication Token"],
  malformed: [
    "IncompleteSignature",
    "The request signature does not conform to AWS standards: the Authorization header is malformed or of another scope",
  ],
  "unknown key": ["InvalidClientTokenId", "The security token included in the request is invalid."],
  "unknown token": ["InvalidClientTokenId", "The security token included in the request is invalid."],
  "expired token": ["ExpiredToken", "The security token included in the request is expired"],
  skewed: ["SignatureDoesNotMatch", "Signature expired or not yet current: the clocks are too far apart"],
  "not all signed": ["SignatureDoesNotMatch", UNSIGNED],
  mismatch: [
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
};

/** HTTP statuses of these errors where they are not 403. */
export const SIGNATURE_STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IncompleteSignature: 400,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  SignatureDoesNotMatch: 403,
};
