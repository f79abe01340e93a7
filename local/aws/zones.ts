/** Availability zones of a region. Every region has three here, a to c; some have more at AWS. */
export interface Zone {
  /** `eu-central-1a` */
  readonly name: string;
  /** `euc1-az1` */
  readonly id: string;
}

const LETTERS = ["a", "b", "c"] as const;

/** `ap-northeast-1` → `apne1`, as zone ids and hosted zones abbreviate it. */
function abbreviation(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-");
  const short = direction.replace(
    /^(north|south)(east|west)$/,
    (_, a: string, b: string) => `${a.charAt(0)}${b.charAt(0)}`,
  );
  return `${area}${short === direction ? direction.charAt(0) : short}${number}`;
}

export function zonesOf(region: string): readonly Zone[] {
  const prefix = abbreviation(region);
  return LETTERS.map((letter, index) => ({ name: `${region}${letter}`, id: `${prefix}-az${index + 1}` }));
}
