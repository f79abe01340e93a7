import type { Request, Response } from "express";
import { laterOf, formatLsn, lsnText } from "./database/lsn.ts";
import type { Lsn } from "./database/lsn.ts";

/** What a request says of who sent it. */
export interface Visitor {
  /** The secret by which a participant is known again. */
  readonly token: string | undefined;
  /** The visitor's last write: what they read must show it, whichever process answers. */
  readonly seen: Lsn | undefined;
}

/** What the browser is to bring along from now on. */
export interface Remember {
  readonly token?: string;
  readonly seen?: Lsn;
}

export const STRANGER: Visitor = { token: undefined, seen: undefined };

const TOKEN = /^[\w-]{43}$/;
const ONE_DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The two cookies of a visitor. Neither can be read by scripts or is sent along by other sites; over https they are bound
 * to this very host (`__Host-`). A forged position only sends its own reads to the primary.
 */
export class VisitorCookies {
  readonly #secure: boolean;
  readonly #token: string;
  readonly #seen: string;

  constructor(publicProtocol: "https" | "http") {
    this.#secure = publicProtocol === "https";
    const prefix = this.#secure ? "__Host-" : "";
    this.#token = `${prefix}participant`;
    this.#seen = `${prefix}seen`;
  }

  read(request: Request): Visitor {
    const cookies = parse(request.get("cookie") ?? "");
    const token = cookies.get(this.#token);
    const seen = lsnText.safeParse(cookies.get(this.#seen)?.replace("-", "/"));
    return {
      token: token !== undefined && TOKEN.test(token) ? token : undefined,
      seen: seen.success ? seen.data : undefined,
    };
  }

  write(response: Response, { token, seen }: Remember): void {
    const options = { httpOnly: true, sameSite: "strict", secure: this.#secure, path: "/" } as const;
    // 400 days is the most that browsers keep a cookie.
    if (token !== undefined) response.cookie(this.#token, token, { ...options, maxAge: 400 * ONE_DAY_MS });
    // "/" would be escaped in a cookie.
    const position = laterOf(seen, this.read(response.req).seen);
    if (position !== undefined && seen !== undefined) {
      response.cookie(this.#seen, formatLsn(position).replace("/", "-"), { ...options, maxAge: ONE_DAY_MS });
    }
  }
}

/** The first of each name, as servers commonly take it. */
function parse(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(";").flatMap((part) => {
    const at = part.indexOf("=");
    return at === -1 ? [] : [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const];
  });
  return new Map(pairs.reverse());
}
