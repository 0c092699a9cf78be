import { type Receipt, receiptOf } from "./answers.js";
import { type BatchResult, chunksOf, encodeAll } from "./batch.js";
import { BatchBrokeOff, CxloopError, type Problem } from "./errors.js";
import { BrowserStorage } from "./indexeddb.js";
import { type Flushed, Queue, type RefusedSubmission } from "./queue.js";
import { Course } from "./retry.js";
import { type Post, type Sending, sendPost } from "./sending.js";
import type { Storage } from "./storage.js";
import { type BatchItem, encode, newKey, type Submission } from "./submission.js";

const TIMEOUT_MS = 10_000;
const GIVE_UP_AFTER_MS = 60_000;
const WEEK_MS = 7 * 24 * 3_600_000;

export interface ClientSettings {
  /** The service: `https://care.example`. */
  url: string;
  /** The source's key: publishable in browsers, secret on servers. */
  key: string;
  /** Of one attempt; 10 s. */
  timeoutMs?: number;
  /** Of all attempts of one request; 60 s. */
  giveUpAfterMs?: number;
  /** Where queued submissions wait; in browsers IndexedDB if you name none. */
  storage?: Storage;
  /** How long they wait at most; a week. */
  keepForMs?: number;
  /** false: what was queued is sent by `flush` alone. */
  background?: boolean;
  /** Told of each queued submission that was heard, refused or too old. */
  onSettled?: (key: string, outcome: Receipt | Problem | "expired") => void;
  fetch?: typeof fetch;
}

export interface SendOptions {
  /** A key of yours; one is made otherwise. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Client {
  /**
   * The receipt, once it is committed. Tries again, always under the same key, where that may help.
   * Throws Problem for what the service refuses, Unanswered where it did not answer in time.
   */
  send(submission: Submission, options?: SendOptions): Promise<Receipt>;
  /**
   * What became of each item, in order; a secret key is needed. Any number of items: they travel by
   * the thousand. Throws BatchBrokeOff where a request was refused as a whole or not answered.
   */
  sendBatch(items: Iterable<BatchItem>, options?: { signal?: AbortSignal }): Promise<BatchResult[]>;
  /** Done when it is safe; it is sent now or later, across reloads. The key under which. */
  enqueue(submission: Submission, options?: { idempotencyKey?: string }): Promise<string>;
  /** Sends what waits, for as long as one request may take. Throws nothing for what is answered. */
  flush(): Promise<Flushed>;
  /** How many queued ones were not answered yet. */
  waiting(): Promise<number>;
  /** Queued ones that the service will not take, with the problem; kept as long as the others. */
  refused(): Promise<RefusedSubmission[]>;
  /** Lets a refused one wait again. */
  retry(key: string): Promise<boolean>;
  /** Forgets a refused one. */
  discard(key: string): Promise<boolean>;
}

export function createClient(settings: ClientSettings): Client {
  const giveUpAfterMs = settings.giveUpAfterMs ?? GIVE_UP_AFTER_MS;
  const sending = sendingOf(settings);
  const queue = queueOf(settings, sending);
  const needed = (): Queue => {
    if (!queue) throw new Error("Give createClient a storage: FileStorage of cxloop-client/node.");
    return queue;
  };
  return {
    async send(submission, options = {}) {
      const post = feedback(encode(submission), options.idempotencyKey ?? newKey());
      return sendPost(sending, post, new Course(giveUpAfterMs), options.signal);
    },
    async sendBatch(items, options = {}) {
      const all = encodeAll(items);
      const results = all.map((item) => item.result);
      for (const chunk of chunksOf(all)) {
        await sendPost(sending, chunk, new Course(giveUpAfterMs), options.signal).catch((cause) => {
          throw brokeOff(results, cause);
        });
      }
      return results;
    },
    enqueue: async (submission, options = {}) => needed().enqueue(submission, options.idempotencyKey),
    flush: async () => needed().flush(giveUpAfterMs),
    waiting: async () => needed().waiting(),
    refused: async () => needed().refused(),
    retry: async (key) => needed().retry(key),
    discard: async (key) => needed().discard(key),
  };
}

function sendingOf(settings: ClientSettings): Sending {
  const { protocol } = new URL(settings.url);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`${settings.url} is no address of a service`);
  if (isPage() && settings.key.startsWith("sk_")) {
    throw new TypeError("A secret key does not belong into a page: everybody can read it there.");
  }
  return {
    url: settings.url.replace(/\/+$/, ""),
    key: settings.key,
    timeoutMs: settings.timeoutMs ?? TIMEOUT_MS,
    fetch: settings.fetch ?? ((input, init) => fetch(input, init)),
  };
}

function queueOf(settings: ClientSettings, sending: Sending): Queue | undefined {
  const storage = settings.storage ?? (hasDatabase() ? new BrowserStorage() : undefined);
  return (
    storage &&
    new Queue({
      // As much of the key as the desk shows of it.
      to: `${sending.url} ${sending.key.slice(0, 10)}`,
      storage,
      keepForMs: settings.keepForMs ?? WEEK_MS,
      background: settings.background ?? true,
      send: (entry, course) => sendPost(sending, feedback(entry.body, entry.key), course),
      onSettled: settings.onSettled ?? (() => undefined),
    })
  );
}

/** Pages and their workers; not Node. */
function hasDatabase(): boolean {
  return typeof indexedDB !== "undefined";
}

function isPage(): boolean {
  return typeof document !== "undefined";
}

function feedback(body: string, key: string): Post<Receipt> {
  return {
    path: "/feedback",
    body,
    key,
    read: (answer) =>
      receiptOf(answer.body, key, answer.headers.get("Idempotency-Replayed") === "true"),
  };
}

/** Every item that has no result yet gets the failure. Whoever aborted gets their own reason. */
function brokeOff(results: BatchResult[], cause: unknown): unknown {
  if (!(cause instanceof CxloopError)) return cause;
  for (const result of results) {
    if (!result.receipt && !result.error) result.error = cause;
  }
  return new BatchBrokeOff(results, { cause });
}
