/** What one distribution's nginx serves: CloudFront's words turned into what a proxy needs. */

/** Which of a request's headers, cookies or query strings: `only` these, or all `except` these. Names as given. */
export type Selection =
  | { readonly take: "none" }
  | { readonly take: "all" }
  | { readonly take: "only"; readonly names: readonly string[] }
  | { readonly take: "except"; readonly names: readonly string[] };

export interface Selections {
  readonly headers: Selection;
  readonly cookies: Selection;
  readonly query: Selection;
}

/** Seconds. */
export interface Ttl {
  readonly min: number;
  readonly default: number;
  readonly max: number;
}

export interface CachePolicy {
  readonly ttl: Ttl;
  readonly key: Selections;
  /** Codings of the normalised Accept-Encoding, in its order: `br`, `gzip`. */
  readonly encodings: readonly string[];
}

/** A header that the edge sets: over the origin's, or only where the origin has none. */
export interface HeaderRule {
  readonly name: string;
  readonly value: string;
  readonly override: boolean;
}

export interface Cors {
  /** `*` or origins, with `*` for a label. */
  readonly origins: readonly string[];
  /** Headers of every answer that has one of those origins, beside Access-Control-Allow-Origin. */
  readonly headers: ReadonlyMap<string, string>;
  readonly override: boolean;
}

export interface ResponseHeaders {
  readonly set: readonly HeaderRule[];
  readonly remove: readonly string[];
  readonly cors: Cors | undefined;
}

export interface Origin {
  /** Unique in the distribution, a word: it names the upstream. */
  readonly name: string;
  readonly domainName: string;
  /** `10.42.1.7:80`, or a socket of the region's; none: nobody answers to the name. */
  readonly servers: readonly string[];
  /** A bucket is asked through the region, which keeps no connection. */
  readonly bucket: boolean;
  /** Whether CloudFront would sign: with origin access control. */
  readonly signed: boolean;
  /** Prefix of every path, "" or `/…`. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Seconds. */
  readonly connectTimeout: number;
  readonly readTimeout: number;
  readonly keepalive: number;
}

export interface Behaviour {
  /** `/api/*`; undefined: the default. */
  readonly pattern: string | undefined;
  readonly origin: Origin;
  readonly methods: readonly string[];
  /** Undefined: nothing is cached. */
  readonly cache: CachePolicy | undefined;
  /** What the origin gets of a request, the cache key's part included. */
  readonly forward: Selections;
  readonly headers: ResponseHeaders | undefined;
  readonly compress: boolean;
}

export interface ErrorResponse {
  readonly code: number;
  /** Seconds an error is cached at least. */
  readonly minTtl: number;
  readonly page: { readonly path: string; readonly status: number } | undefined;
}

export interface RateLimit {
  /** Requests an address may send in a window. */
  readonly limit: number;
  /** Seconds. */
  readonly window: number;
  /** How many of the address rules come first: who one of them allows is not counted. */
  readonly after: number;
}

/** A web ACL as far as it is enforced. */
export interface Firewall {
  /** In order; the first that holds an address decides. */
  readonly addresses: readonly { readonly ranges: readonly string[]; readonly allow: boolean }[];
  readonly rates: readonly RateLimit[];
  /** What happens to whom no rule decided on. */
  readonly allow: boolean;
}

export interface Site {
  /** Of the distribution. */
  readonly id: string;
  /** CloudFront's name for it, said in `Via`. */
  readonly domainName: string;
  readonly port: number;
  readonly enabled: boolean;
  /** Served for `/`, e.g. `/index.html`. */
  readonly rootObject: string | undefined;
  /** In order; the default comes last. */
  readonly behaviours: readonly Behaviour[];
  readonly errors: readonly ErrorResponse[];
  readonly firewall: Firewall | undefined;
  /** What the access log has of cookies; undefined: there is no log. */
  readonly log: { readonly cookies: boolean } | undefined;
}
