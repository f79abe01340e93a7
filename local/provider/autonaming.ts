import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { Failure } from "./provider.ts";

/** What the stack's `pulumi:autonaming` says about the name of one resource. */
export interface Autonaming {
  /** `propose`: the provider may adapt the name to the service. `enforce`: it may not. `disable`: it makes no name. */
  readonly mode: "propose" | "enforce" | "disable";
  /** The pattern with everything filled in by the engine; empty where the mode is `disable`. */
  readonly proposedName: string;
}

const { Mode } = providerPb.CheckRequest.AutonamingOptions;
const MODES: ReadonlyMap<number, Autonaming["mode"]> = new Map([
  [Mode.PROPOSE, "propose"],
  [Mode.ENFORCE, "enforce"],
  [Mode.DISABLE, "disable"],
]);

/** What the engine sends with Check; undefined where the stack configures nothing. Throws for a mode not known here. */
export function autonamingOf(
  options: providerPb.CheckRequest.AutonamingOptions | undefined,
): Autonaming | undefined {
  if (options === undefined) return undefined;
  const mode = MODES.get(options.getMode());
  if (mode === undefined) {
    throw new Error(
      `the engine sent the autonaming mode ${options.getMode()}, which the stand-in does not know`,
    );
  }
  return { mode, proposedName: options.getProposedName() };
}

/** No name can be made. The message is a failure's reason: it says what to write instead. */
export class NameRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NameRefused";
  }
}

/**
 * The name by `pulumi:autonaming` for a resource whose program gave none.
 *
 * @param property the name's property, for the reason
 * @param adapt what the service needs of a proposed name, such as lower case; an enforced name is taken as it is
 * @throws NameRefused where names are disabled or the pattern gives an empty one
 */
export function configuredName(
  { mode, proposedName }: Autonaming,
  property: string,
  adapt: (name: string) => string = (name) => name,
): string {
  if (mode === "disable") {
    throw new NameRefused(
      `is not given, and pulumi:autonaming makes no names for this resource (mode: disabled); write ${property}`,
    );
  }
  if (proposedName === "") {
    throw new NameRefused(
      `is empty by the pattern in pulumi:autonaming; change the pattern or write ${property}`,
    );
  }
  return mode === "enforce" ? proposedName : adapt(proposedName);
}

/** The failures, with the name's origin in those about it: the program did not write that name. */
export function withNameOrigin(failures: readonly Failure[], property: string): readonly Failure[] {
  return failures.map((failure) =>
    failure.property === property
      ? {
          property,
          reason: `${failure.reason} (the name comes from pulumi:autonaming; change it there or write ${property})`,
        }
      : failure,
  );
}
