import type { BatchResult } from "./batch.js";

/** One fault: `pointer` is a JSON pointer (RFC 6901) into the submission. */
export interface Fault {
  pointer: string;
  code: string;
  detail: string;
}

/** What a problem says (RFC 9457): `code` is stable and for programs, `detail` for people. */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail: string;
  errors: Fault[];
  requestId: string;
}

/** `key` is the idempotency key under which it was sent; with it, sending again is safe. */
export class CxloopError extends Error {
  override name = "CxloopError";
  key: string | undefined;
  /** In seconds, where somebody said so. */
  retryAfter: number | undefined;
}

/**
 * No answer of cxloop: no connection, no time, or something between that answers for itself
 * (`status`). Whether the submission was kept is unknown: send it again under the same key.
 */
export class Unanswered extends CxloopError {
  override name = "Unanswered";
  readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.status = options.status;
  }
}

/** cxloop answered with a problem; `errors` points to each fault, `requestId` finds it in the log. */
export class Problem extends CxloopError implements ProblemBody {
  override name = "Problem";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: Fault[];
  readonly requestId: string;

  constructor(said: ProblemBody) {
    super(told(said));
    this.status = said.status;
    this.code = said.code;
    this.title = said.title;
    this.detail = said.detail;
    this.errors = said.errors;
    this.requestId = said.requestId;
  }
}

/** Part of a batch was not answered. `results` has every item, in order; `cause` is what ended it. */
export class BatchBrokeOff extends CxloopError {
  override name = "BatchBrokeOff";
  readonly results: BatchResult[];

  constructor(results: BatchResult[], options: ErrorOptions) {
    const settled = results.filter(isSettled).length;
    super(`${settled} of ${results.length} items were settled before it broke off`, options);
    this.results = results;
  }
}

/** Heard or refused: sending it again would change nothing. */
export function isSettled(result: BatchResult): boolean {
  return result.receipt !== undefined || isVerdict(result.error);
}

/** Whether the same again, a little later, may fare better. */
export function mayPass(failure: unknown): boolean {
  if (failure instanceof Problem) {
    const isRunning = failure.status === 409 && failure.code === "in_progress";
    return isRunning || failure.status === 429 || failure.status >= 500;
  }
  if (failure instanceof Unanswered) {
    const status = failure.status ?? 500;
    return status === 429 || status >= 500 || (status >= 200 && status < 300);
  }
  return false;
}

/** Whether it is the last word on this submission, rather than on its key, address or hour. */
export function isVerdict(failure: unknown): failure is Problem {
  return (
    failure instanceof Problem && [400, 409, 413, 422].includes(failure.status) && !mayPass(failure)
  );
}

/** No connection, a key that is not known, a limit: the next would fare the same. */
export function concernsAll(failure: CxloopError): boolean {
  if (failure instanceof Unanswered) return failure.status === undefined;
  return failure instanceof Problem && [401, 403, 404, 429].includes(failure.status);
}

function told(said: ProblemBody): string {
  const places = said.errors.map((fault) => `${fault.pointer || "all of it"}: ${fault.detail}`);
  const request = said.requestId && ` (request ${said.requestId})`;
  return `${said.status} ${said.code}: ${places.join("; ") || said.detail}${request}`;
}
