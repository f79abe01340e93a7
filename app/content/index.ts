import artAndMusic from "./art-and-music.json" with { type: "json" };
import astronomy from "./astronomy.json" with { type: "json" };
import computing from "./computing.json" with { type: "json" };
import geography from "./geography.json" with { type: "json" };
import history from "./history.json" with { type: "json" };
import humanBody from "./human-body.json" with { type: "json" };
import physicsAndChemistry from "./physics-and-chemistry.json" with { type: "json" };
import wildlife from "./wildlife.json" with { type: "json" };

/**
 * Raise it with every change of the content: a version, once loaded into a database, is not looked at again.
 */
export const contentVersion = 1;

/** The written quizzes, in the order in which they are shown; the store checks them against their schema. */
export const quizzes: readonly unknown[] = [
  astronomy,
  geography,
  history,
  humanBody,
  wildlife,
  physicsAndChemistry,
  artAndMusic,
  computing,
];
