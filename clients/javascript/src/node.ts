/** For Node alone: a storage on the disk, and the proof of a customer's id. */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";

import type { Entry, Storage } from "./storage.js";

export { type Entry, MemoryStorage, type Storage } from "./storage.js";

/**
 * A folder with a file for each entry: written beside, brought to the disk, then renamed, so that
 * a process that is killed leaves a whole one or none. Several processes may share it.
 */
export class FileStorage implements Storage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(entry: Entry): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const half = join(this.#folder, `${randomUUID()}.half`);
    const file = await open(half, "wx", 0o600);
    try {
      await file.writeFile(JSON.stringify(entry));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(half, this.#place(entry.key));
    await syncFolder(this.#folder);
  }

  async all(): Promise<Entry[]> {
    const names = await unlessGone(readdir(this.#folder), []);
    const whole = names.filter((name) => name.endsWith(".json"));
    const read = whole.map((name) => unlessGone(readFile(join(this.#folder, name), "utf8"), ""));
    return (await Promise.all(read)).flatMap(entryIn);
  }

  async remove(key: string): Promise<void> {
    await unlessGone(unlink(this.#place(key)), undefined);
  }

  #place(key: string): string {
    return join(this.#folder, `${createHash("sha256").update(key).digest("hex")}.json`);
  }
}

/**
 * The proof of a customer's id: HMAC-SHA256 by the source's identity secret, in hex. A page that is
 * given id and proof may say who its visitor is, and is believed.
 */
export function signId(id: string, secret: string): string {
  return createHmac("sha256", secret).update(id).digest("hex");
}

/** None where the disk has spoilt a file: it stays to be looked at, and holds up no other. */
function entryIn(text: string): Entry[] {
  try {
    return [JSON.parse(text) as Entry];
  } catch {
    return [];
  }
}

/** Another process may have sent it meanwhile. */
async function unlessGone<T>(work: Promise<T>, otherwise: T): Promise<T> {
  return work.catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return otherwise;
    throw error;
  });
}

/** Windows opens no folders, and needs none to be synced. */
async function syncFolder(folder: string): Promise<void> {
  const file = await open(folder, "r").catch(() => undefined);
  await file?.sync().catch(() => undefined);
  await file?.close();
}
