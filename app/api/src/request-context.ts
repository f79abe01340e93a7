import { AsyncLocalStorage } from "node:async_hooks";

/** The identity of the request being served; every log line written meanwhile carries it. */
export interface RequestContext {
  readonly requestId: string;
  /** W3C trace context: 32 hex digits, the caller's when it sent a valid `traceparent`. */
  readonly traceId: string;
  /** 16 hex digits: this process's own span. */
  readonly spanId: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export function runInRequest(context: RequestContext, work: () => void): void {
  storage.run(context, work);
}

/** Undefined outside of a request. */
export function currentRequest(): RequestContext | undefined {
  return storage.getStore();
}
