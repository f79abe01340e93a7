/** An error whose message is all a person needs: printed without a stack, exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}
