import { type Answer, readAnswer } from "./answers.js";
import { CxloopError, Unanswered } from "./errors.js";
import { type Course, sleep } from "./retry.js";

/** One request, the same at every attempt. `read` makes of an answer what is returned. */
export interface Post<T> {
  path: string;
  body: string;
  key?: string;
  read: (answer: Answer) => T;
}

export interface Sending {
  url: string;
  key: string;
  timeoutMs: number;
  fetch: typeof fetch;
}

/** Tries again, always the same, where that may help and there is time left. */
export async function sendPost<T>(
  sending: Sending,
  post: Post<T>,
  course: Course,
  signal?: AbortSignal,
): Promise<T> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt(sending, post, course, signal);
    } catch (failure) {
      if (!(failure instanceof CxloopError)) throw failure;
      failure.key = post.key;
      const pause = course.pauseAfter(failure);
      if (pause === undefined) throw failure;
      await sleep(pause, signal);
    }
  }
}

async function attempt<T>(
  sending: Sending,
  post: Post<T>,
  course: Course,
  signal?: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  const timer = setTimeout(() => stop.abort(), course.timeForAttempt(sending.timeoutMs));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return post.read(await readAnswer(await fetched(sending, post, stop.signal)));
  } catch (cause) {
    if (cause instanceof CxloopError) throw cause;
    signal?.throwIfAborted();
    throw new Unanswered(`cxloop did not answer: ${stop.signal.aborted ? "no time left" : cause}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function fetched<T>(sending: Sending, post: Post<T>, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${sending.key}`,
    "Content-Type": "application/json",
  };
  if (post.key !== undefined) headers["Idempotency-Key"] = post.key;
  return sending.fetch(`${sending.url}/api/v1${post.path}`, {
    method: "POST",
    headers,
    body: post.body,
    signal,
    cache: "no-store",
    credentials: "omit",
    redirect: "manual",
  });
}
