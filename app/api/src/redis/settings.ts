export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** Whether to speak TLS and check certificate and name. */
  readonly tls: boolean;
}
