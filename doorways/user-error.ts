/** Ctrl-C: whoever called must stop too, in order. Exit code 130, as a shell has it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** An error whose message is all a person needs: printed without a stack, exit code 1. */
export class UserError extends Error {
  override readonly name = "UserError";
}
