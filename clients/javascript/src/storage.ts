import type { ProblemBody } from "./errors.js";

/** One submission that waits, or was refused: its JSON is sent as it stands here, under its key. */
export interface Entry {
  key: string;
  /** Which service and source it is for. */
  to: string;
  body: string;
  /** When it was put here, in milliseconds. */
  since: number;
  refused?: { at: number; problem: ProblemBody };
}

/**
 * Where submissions wait. `put` is done when the entry is safe; it takes the place of one with the
 * same key. Several tabs or processes may use one: the same entry sent twice is heard once.
 */
export interface Storage {
  put(entry: Entry): Promise<void>;
  all(): Promise<Entry[]>;
  remove(key: string): Promise<void>;
}

/** Lives as long as the page or process. */
export class MemoryStorage implements Storage {
  readonly #entries = new Map<string, Entry>();

  async put(entry: Entry): Promise<void> {
    this.#entries.set(entry.key, entry);
  }

  async all(): Promise<Entry[]> {
    return [...this.#entries.values()];
  }

  async remove(key: string): Promise<void> {
    this.#entries.delete(key);
  }
}
