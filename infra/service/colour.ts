/** The two colours of a release: one serves, the other is the next or the last. */
export type Colour = "blue" | "green";

export const COLOURS: readonly Colour[] = ["blue", "green"];
