import { blocks, ok, type Check } from "./check.ts";

/** Room that something takes on a filesystem. */
export interface Need {
  /** As a person calls it, e.g. `images`. */
  readonly what: string;
  /** Where it goes; need not exist yet. */
  readonly path: string;
  readonly bytes: number;
  readonly files: number;
}

/** A filesystem as statfs(2) sees it. */
export interface Filesystem {
  /** Equal for paths on the same one. */
  readonly id: string;
  readonly bytesFree: number;
  /** Files that can still be made; undefined where their number has no limit of its own. */
  readonly filesFree: number | undefined;
}

const gibibyte = 1024 ** 3;

/** `0.3 GiB`, or `16 MiB` where it is little. */
export function inWords(bytes: number): string {
  const rounded = (bytes / gibibyte).toFixed(1);
  return bytes < gibibyte / 10 ? `${Math.ceil(bytes / 1024 ** 2)} MiB` : `${rounded} GiB`;
}

const sum = (needs: readonly Need[], amount: "bytes" | "files"): number =>
  needs.reduce((total, need) => total + need[amount], 0);

/**
 * One check for each filesystem that `needs` fall on: all that goes to the same one must fit there together.
 * `filesystemOf` answers for a path.
 */
export function checkSpace(
  needs: readonly Need[],
  filesystemOf: (path: string) => Filesystem,
): readonly Check[] {
  const placed = needs.map((need) => ({ need, filesystem: filesystemOf(need.path) }));
  return [...Map.groupBy(placed, ({ filesystem }) => filesystem.id).values()].map((group) => {
    const filesystem = group[0]?.filesystem ?? { id: "", bytesFree: 0, filesFree: undefined };
    return checkFilesystem(
      filesystem,
      group.map(({ need }) => need),
    );
  });
}

function checkFilesystem({ bytesFree, filesFree }: Filesystem, needs: readonly Need[]): Check {
  const paths = [...new Set(needs.map(({ path }) => path))].join(", ");
  const bytes = sum(needs, "bytes");
  const files = sum(needs, "files");
  const parts = needs.map((need) => `${need.what} ${inWords(need.bytes)}`).join(", ");
  const found = `${inWords(bytesFree)} free at ${paths}`;
  const move = "or move a folder by TWINSTACK_CACHE, TWINSTACK_STATE or TWINSTACK_RUN";
  if (bytesFree < bytes) {
    return blocks(
      "disk",
      `${found}; needed now: ${inWords(bytes)} (${parts})`,
      `free ${inWords(bytes - bytesFree)} there, ${move}`,
    );
  }
  if (filesFree !== undefined && filesFree < files) {
    return blocks(
      "disk",
      `${filesFree} files can still be made at ${paths} (inodes, "df -i"); needed now: ${files}`,
      `remove files there, ${move}`,
    );
  }
  return ok("disk", `${found}; needed now: at most ${inWords(bytes)}`);
}
