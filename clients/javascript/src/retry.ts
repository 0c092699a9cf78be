import { type CxloopError, mayPass } from "./errors.js";

const FIRST_MS = 500;
const MOST_MS = 20_000;
/** Whoever was told the same second to come back must not all come back in it. */
const SPREAD_MS = 1_000;

/** One sending, of as many attempts as fit into the time; or of one that has all of its time. */
export class Course {
  readonly #ends: number | undefined;
  #failures = 0;

  constructor(giveUpAfterMs: number | "once") {
    if (giveUpAfterMs !== "once") this.#ends = performance.now() + giveUpAfterMs;
  }

  get isOver(): boolean {
    return this.#ends !== undefined && performance.now() >= this.#ends;
  }

  timeForAttempt(timeoutMs: number): number {
    return this.#ends === undefined ? timeoutMs : Math.max(10, Math.min(timeoutMs, this.#left(0)));
  }

  /** Milliseconds until the next attempt; undefined where none may help or fit. */
  pauseAfter(failure: CxloopError): number | undefined {
    const pause = pauseBefore(this.#failures++, failure.retryAfter);
    return mayPass(failure) && this.#left(pause) > 0 ? pause : undefined;
  }

  #left(afterMs: number): number {
    return this.#ends === undefined ? 0 : this.#ends - performance.now() - afterMs;
  }
}

/** Milliseconds to wait after so many earlier failures: full jitter, never before Retry-After. */
export function pauseBefore(failures: number, retryAfter?: number, mostMs = MOST_MS): number {
  if (retryAfter !== undefined) return retryAfter * 1000 + Math.random() * SPREAD_MS;
  return Math.random() * Math.min(mostMs, FIRST_MS * 2 ** Math.min(failures, 30));
}

/** Rejects with the signal's reason as soon as it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", abort, { once: true });
  });
}
