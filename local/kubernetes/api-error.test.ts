import { ProviderError } from "../provider/provider.ts";
import { asProviderError, isNotFound, Unreachable } from "./api-error.ts";
import { refusal } from "./test-cluster.ts";

describe("errors for the engine", () => {
  it.each([
    [404, "NOT_FOUND"],
    [403, "PERMISSION_DENIED"],
    [422, "INVALID_ARGUMENT"],
    [409, "ABORTED"],
    [500, "FAILED_PRECONDITION"],
  ])("HTTP status %i is %s", (status, code) => {
    expect(asProviderError("web was not created", refusal(status, "why"))).toMatchObject({
      code,
      message: "web was not created: why",
    });
  });

  it("name every field another manager owns, and what to do", () => {
    const causes = [
      { reason: "FieldManagerConflict", message: 'conflict with "kubectl"', field: ".spec.replicas" },
    ];
    const error = asProviderError(
      "web was not updated",
      refusal(409, "conflict", { causes }),
    ) as ProviderError;
    expect(error.message).toContain('spec.replicas (conflict with "kubectl")');
    expect(error.message).toContain('pulumi.com/patchForce: "true"');
  });

  it("say when the cluster does not answer, and pass others on", () => {
    expect(asProviderError("x", new Unreachable("https://a", new Error("refused")))).toMatchObject({
      code: "UNAVAILABLE",
      message: "x: the cluster's API server https://a does not answer: refused",
    });
    const other = new ProviderError("ALREADY_EXISTS", "taken");
    expect(asProviderError("x", other)).toBe(other);
    expect(isNotFound(refusal(404, ""))).toBe(true);
    expect(isNotFound(refusal(410, ""))).toBe(false);
  });
});
