import { formatPath, type PropertyPath } from "../provider/property-path.ts";

/** A value and where it is, as the engine writes it: `origins[0].customHeaders[1].name`. */
export interface Place {
  readonly property: string;
  readonly value: unknown;
}

/** Every value at a path without indices; lists on the way are passed through, what is absent is left out. */
export function placesAt(inputs: Readonly<Record<string, unknown>>, path: string): readonly Place[] {
  let found: readonly { readonly at: PropertyPath; readonly value: unknown }[] = [{ at: [], value: inputs }];
  for (const key of path.split(".")) {
    found = found
      .flatMap(({ at, value }) =>
        Array.isArray(value)
          ? (value as readonly unknown[]).map((item, index) => ({ at: [...at, index], value: item }))
          : [{ at, value }],
      )
      .flatMap(({ at, value }) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
        const member = (value as Readonly<Record<string, unknown>>)[key];
        return member === undefined || member === null ? [] : [{ at: [...at, key], value: member }];
      });
  }
  return found.map(({ at, value }) => ({ property: formatPath(at), value }));
}
