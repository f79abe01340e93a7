import type { Request } from "express";
import { NotFoundError } from "../errors/not-found-error.ts";

/** Last in line: nothing else knew the path. */
export function notFound(request: Request): void {
  throw new NotFoundError(`There is nothing at ${request.path}.`);
}
