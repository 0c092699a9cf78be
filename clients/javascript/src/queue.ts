import type { Receipt } from "./answers.js";
import { concernsAll, CxloopError, isVerdict, Problem, type ProblemBody } from "./errors.js";
import { Course, pauseBefore } from "./retry.js";
import type { Entry, Storage } from "./storage.js";
import { encode, newKey, type Submission } from "./submission.js";

const MOST_PAUSE_MS = 300_000;
const MOST_TOLD_MS = 3_600_000;
/** So many of one round may fail each for itself; then it is no longer about them. */
const MOST_TROUBLE = 3;

/** What a flush did; `error` is why something still waits. */
export interface Flushed {
  sent: number;
  refused: number;
  expired: number;
  waiting: number;
  error?: CxloopError;
}

export interface RefusedSubmission {
  key: string;
  submission: Submission;
  refusedAt: Date;
  problem: ProblemBody;
}

export interface QueueSettings {
  to: string;
  storage: Storage;
  keepForMs: number;
  background: boolean;
  send: (entry: Entry, course: Course) => Promise<Receipt>;
  onSettled: (key: string, outcome: Receipt | Problem | "expired") => void;
}

/** Submissions that wait until the service has answered, the oldest sent first. */
export class Queue {
  readonly #settings: QueueSettings;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    if (settings.background) {
      globalThis.addEventListener?.("online", () => this.#soon(0));
      this.#soon(0);
    }
  }

  async enqueue(submission: Submission, ownKey?: string): Promise<string> {
    const { to, storage, background } = this.#settings;
    const [key, body] = [ownKey ?? newKey(), encode(submission)];
    const earlier = ownKey ? (await storage.all()).find((entry) => entry.key === key) : undefined;
    if (earlier && earlier.body !== body) throw new TypeError(`Another one waits under ${key}.`);
    if (!earlier) await storage.put({ key, to, body, since: Date.now() });
    if (background) this.#soon(0);
    return key;
  }

  async entries(): Promise<Entry[]> {
    const all = await this.#settings.storage.all();
    const ours = all.filter((entry) => entry.to === this.#settings.to);
    return ours.sort((one, other) => one.since - other.since);
  }

  async refused(): Promise<RefusedSubmission[]> {
    return (await this.entries()).flatMap(({ key, body, refused }) =>
      refused
        ? [{ key, submission: JSON.parse(body), refusedAt: new Date(refused.at), problem: refused.problem }]
        : [],
    );
  }

  async waiting(): Promise<number> {
    return (await this.entries()).filter((entry) => !entry.refused).length;
  }

  /** Whether it was there, and refused. */
  async retry(key: string): Promise<boolean> {
    const found = (await this.entries()).find((entry) => entry.key === key && entry.refused);
    if (!found) return false;
    const { refused: _, ...waiting } = found;
    await this.#settings.storage.put({ ...waiting, since: Date.now() });
    if (this.#settings.background) this.#soon(0);
    return true;
  }

  async discard(key: string): Promise<boolean> {
    const found = (await this.entries()).some((entry) => entry.key === key && entry.refused);
    if (found) await this.#settings.storage.remove(key);
    return found;
  }

  /** One at a time: of this page or process, and where the browser has locks, of all its tabs. */
  flush(giveUpAfterMs: number | "once"): Promise<Flushed> {
    const turn = this.#turn.then(() => alone(() => this.#flush(new Course(giveUpAfterMs))));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #flush(course: Course): Promise<Flushed> {
    const done: Flushed = { sent: 0, refused: 0, expired: 0, waiting: 0 };
    await this.#expire(done);
    let troubled = 0;
    for (const entry of await this.entries()) {
      if (entry.refused) continue;
      if (course.isOver) break;
      const failure = await this.#send(entry, course, done);
      if (failure) troubled += 1;
      if (failure && (concernsAll(failure) || troubled === MOST_TROUBLE)) break;
    }
    done.waiting = await this.waiting();
    return done;
  }

  /** Whatever it was for: what is left of a key that is no longer used would never be asked for. */
  async #expire(done: Flushed): Promise<void> {
    const { storage, keepForMs, onSettled } = this.#settings;
    for (const entry of await storage.all()) {
      if (Date.now() - entry.since <= keepForMs) continue;
      await storage.remove(entry.key);
      done.expired += 1;
      if (!entry.refused) onSettled(entry.key, "expired");
    }
  }

  /** Why it still waits, if it does. */
  async #send(entry: Entry, course: Course, done: Flushed): Promise<CxloopError | undefined> {
    const { storage, send, onSettled } = this.#settings;
    try {
      const receipt = await send(entry, course);
      await storage.remove(entry.key);
      done.sent += 1;
      onSettled(entry.key, receipt);
    } catch (failure) {
      if (!(failure instanceof CxloopError)) throw failure;
      if (!isVerdict(failure)) return (done.error = failure);
      await storage.put({ ...entry, refused: { at: Date.now(), problem: shown(failure) } });
      done.refused += 1;
      onSettled(entry.key, failure);
    }
    return undefined;
  }

  #soon(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tryOnce(), pauseMs);
    // Node: what waits is safe where it is, and holds up no exit.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** In the background: one attempt each, and again later by itself while something waits. */
  async #tryOnce(): Promise<void> {
    const done = await this.flush("once").catch(() => undefined);
    if (done && !done.error) {
      this.#failures = 0;
      return;
    }
    const pause = pauseBefore(++this.#failures, done?.error?.retryAfter, MOST_PAUSE_MS);
    this.#soon(Math.min(pause, MOST_TOLD_MS));
  }
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  return locks ? locks.request("cxloop-client", work) : work();
}

function shown({ status, code, title, detail, errors, requestId }: Problem): ProblemBody {
  return { status, code, title, detail, errors, requestId };
}
