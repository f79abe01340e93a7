import { UserError } from "../../../doorways/user-error.ts";

/** A step of the proof, before it is run. */
export interface PhaseOutline {
  readonly name: string;
  readonly what: string;
  /** Of which of the two checkouts; "machine" where it is of none. */
  readonly place: "machine" | "root" | "home";
  /** Must have passed in the same run. */
  readonly needs?: string;
  /** In seconds of the guest's clock. */
  readonly deadline: number;
}

/** All phases, in their order. Booting the machine comes before them, always. */
export const outlines = [
  { name: "doctor", what: "make doctor", place: "root", deadline: 180 },
  { name: "up", what: "make up", place: "root", deadline: 1200 },
  { name: "page", what: "the page is served", place: "root", needs: "up", deadline: 90 },
  { name: "up-again", what: "make up again changes nothing", place: "root", needs: "up", deadline: 600 },
  {
    name: "reboot",
    what: "the machine is rebooted while the stack is up",
    place: "machine",
    needs: "up",
    deadline: 600,
  },
  {
    name: "after-reboot",
    what: "before any command: the page is served, or make status says why not",
    place: "root",
    needs: "reboot",
    deadline: 360,
  },
  {
    name: "up-after-reboot",
    what: "make up after the reboot",
    place: "root",
    needs: "reboot",
    deadline: 1200,
  },
  { name: "down", what: "make down", place: "root", needs: "up", deadline: 420 },
  { name: "left", what: "nothing is left", place: "machine", needs: "down", deadline: 180 },
  { name: "home-up", what: "make up below a user's home", place: "home", deadline: 1200 },
  { name: "home-page", what: "the page is served", place: "home", needs: "home-up", deadline: 90 },
  { name: "home-down", what: "make down", place: "home", needs: "home-up", deadline: 420 },
  { name: "home-left", what: "nothing is left", place: "machine", needs: "home-down", deadline: 180 },
] as const satisfies readonly PhaseOutline[];

export type PhaseName = (typeof outlines)[number]["name"];
export type Outline = PhaseOutline & { readonly name: PhaseName };

/**
 * The phases that `PHASES=` names, in their order: all where it names none. Throws a UserError for a name that is none and
 * for a phase without the one it needs.
 */
export function phasesOf(wanted: string | undefined): readonly Outline[] {
  const names = (wanted ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (names.length === 0) return outlines;
  const known: readonly string[] = outlines.map(({ name }) => name);
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new UserError(`PHASES: "${strange}" is not a phase; write some of ${known.join(",")}`);
  }
  const chosen: readonly Outline[] = outlines.filter(({ name }) => names.includes(name));
  for (const { name, needs } of chosen) {
    if (needs !== undefined && !names.includes(needs)) {
      throw new UserError(`PHASES: "${name}" needs "${needs}" in the same run; write both`);
    }
  }
  return chosen;
}
