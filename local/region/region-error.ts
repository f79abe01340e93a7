/** An error with the code the caller sees; `AwsError` is its twin for what AWS itself would say. */
export class RegionError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "RegionError";
    this.code = code;
  }
}
