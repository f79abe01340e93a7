export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface DatabaseSettings {
  readonly name: string;
  /** The pooler in front of the primary; transaction mode, so nothing may live in a session. */
  readonly writer: Endpoint;
  /** Every streaming replica by itself; may be empty. */
  readonly readers: readonly Endpoint[];
  /** Most connections of one pool; there is one for the writer and one for each reader. */
  readonly poolSize: number;
  readonly readWrite: Credentials;
  readonly readOnly: Credentials;
  /** Whether to speak TLS and check certificate and name. */
  readonly tls: boolean;
}
