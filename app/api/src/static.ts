import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import type { Express, Request, Response } from "express";
import { NotFoundError } from "./errors/not-found-error.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
/** Ending of the compressed twin that the build writes → its name in Accept-Encoding; best first. */
const ENCODINGS = [
  [".br", "br"],
  [".gz", "gzip"],
] as const;
/** As the pages have it: web/src/App.tsx. */
const PAGE_ID = /^[a-z0-9-]+$/;
const ONE_YEAR = "public, max-age=31536000, immutable";

interface Variant {
  readonly encoding: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** A file as it is served: below `/assets/` by the API, or out of the assets bucket. */
export interface StaticFile {
  readonly type: string;
  readonly cacheControl: string;
  /** Preferred first. */
  readonly compressed: readonly Variant[];
  readonly identity: Variant;
}

/** The built pages, held in memory: some tens of kilobytes, and no path of a request ever reaches the disk. */
export interface Site {
  readonly page: StaticFile;
  readonly assets: ReadonlyMap<string, StaticFile>;
}

/** @throws Error saying what to run when the folder holds no built pages. */
export function loadSite(root: string): Site {
  const assets = join(root, "assets");
  try {
    const names = readdirSync(assets).filter((name) => extname(name) in TYPES);
    return {
      page: loadFile(join(root, "index.html"), "no-cache"),
      assets: new Map(names.map((name) => [name, loadFile(join(assets, name), ONE_YEAR)])),
    };
  } catch (cause) {
    throw new Error(`WEB_ROOT=${JSON.stringify(root)} holds no built pages: run "npm run build" in app/.`, {
      cause,
    });
  }
}

/** Pages are asked for again each time; assets carry their hash in their name and never change. */
export function mountSite(app: Express, site: Site): void {
  // One by one: of a list of paths the metrics would know only the whole list.
  for (const path of ["/", "/quizzes/:id", "/attempts/:id", "/leaderboard", "/leaderboard/:quizId"]) {
    app.get(path, (request, response, next) => {
      // Ids that no quiz and no attempt has: the page would say that nothing is there, and so does the status.
      const known = Object.values(request.params)
        .flat()
        .every((id) => PAGE_ID.test(id));
      if (known) sendFile(site.page, request, response);
      else next();
    });
  }
  app.get("/assets/:file", (request, response) => {
    const file = site.assets.get(request.params.file);
    if (file === undefined) throw new NotFoundError(`There is no asset ${request.params.file}.`);
    sendFile(file, request, response);
  });
}

function loadFile(path: string, cacheControl: string): StaticFile {
  const identity = variant("identity", readFileSync(path));
  const folder = new Set(readdirSync(join(path, "..")));
  const name = path.slice(path.lastIndexOf("/") + 1);
  const compressed = ENCODINGS.filter(([ending]) => folder.has(name + ending)).map(([ending, encoding]) =>
    variant(encoding, readFileSync(path + ending)),
  );
  return { type: TYPES[extname(path)] ?? "application/octet-stream", cacheControl, compressed, identity };
}

function variant(encoding: string, body: Buffer): Variant {
  return { encoding, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

/** Answers with the file, in the best encoding that the client accepts; 304 when it has it already. */
export function sendFile(file: StaticFile, request: Request, response: Response): void {
  // Our order, not the client's: browsers name gzip first and mean no preference.
  const chosen = file.compressed.find(({ encoding }) => request.acceptsEncodings(encoding) !== false);
  const { encoding, body, etag } = chosen ?? file.identity;
  response.set({ "Cache-Control": file.cacheControl, ETag: etag }).vary("Accept-Encoding");
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.set({ "Content-Type": file.type, "Content-Length": String(body.length) });
  if (encoding !== "identity") response.set("Content-Encoding", encoding);
  response.end(body);
}
