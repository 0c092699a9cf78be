import { type Entry, MemoryStorage, type Storage } from "./storage.js";

const NAME = "cxloop-client";
const STORE = "entries";

/** The browser's own database, opened for each act: an open one would hold up other tabs. */
export class IndexedDbStorage implements Storage {
  put(entry: Entry): Promise<void> {
    return this.#act("readwrite", (store) => void store.put(entry));
  }

  all(): Promise<Entry[]> {
    return this.#act("readonly", (store) => store.getAll() as IDBRequest<Entry[]>);
  }

  remove(key: string): Promise<void> {
    return this.#act("readwrite", (store) => void store.delete(key));
  }

  /** Done when the transaction is, not when the request is. */
  async #act<T>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T> | void,
  ): Promise<T> {
    const database = await opened();
    try {
      return await new Promise<T>((resolve, reject) => {
        const transaction = database.transaction(STORE, mode, { durability: "strict" });
        const request = ask(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve((request ? request.result : undefined) as T);
        transaction.onabort = transaction.onerror = () => reject(transaction.error);
      });
    } finally {
      database.close();
    }
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

/** IndexedDB, and memory for what the browser will not store. */
export class BrowserStorage implements Storage {
  readonly #kept = new IndexedDbStorage();
  readonly #held = new MemoryStorage();

  async put(entry: Entry): Promise<void> {
    await this.#kept.put(entry).catch(() => this.#held.put(entry));
  }

  async all(): Promise<Entry[]> {
    return [...(await this.#kept.all().catch(() => [])), ...(await this.#held.all())];
  }

  async remove(key: string): Promise<void> {
    await this.#held.remove(key);
    await this.#kept.remove(key).catch(() => undefined);
  }
}
