/** A server that was started and does not take connections. */
export class NotReadyError extends Error {
  readonly host: string;
  /** It was well before: whether it has hung or ended is told by the next look. */
  readonly wasWell: boolean;
  constructor(host: string, why: string, wasWell = false) {
    super(`the PostgreSQL server ${host} ${why}`);
    this.name = "NotReadyError";
    this.host = host;
    this.wasWell = wasWell;
  }
}
