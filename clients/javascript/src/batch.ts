/** Many submissions in requests of at most a thousand, and what became of each. */
import { type Answer, isFields, problemOf, type Receipt, receiptOf } from "./answers.js";
import { type CxloopError, Unanswered } from "./errors.js";
import type { Post } from "./sending.js";
import { type BatchItem, encode, newKey } from "./submission.js";

const MOST_ITEMS = 1000;
/** The service takes 16 MiB; the rest is what JSON puts around the items. */
const MOST_BYTES = 15 * 1024 * 1024;

/**
 * Of one item, under `key`: its receipt, or the error for which it has none. Pointers of the error
 * lead from the top of the item.
 */
export interface BatchResult {
  key: string;
  receipt?: Receipt;
  error?: CxloopError;
}

interface Encoded {
  body: string;
  size: number;
  result: BatchResult;
}

/** Encoded whole before anything is sent, so that what JSON cannot say stops all of it. */
export function encodeAll(items: Iterable<BatchItem>): Encoded[] {
  return Array.from(items, (item) => {
    const key = item.idempotency_key ?? newKey();
    const body = encode({ ...item, idempotency_key: key });
    return { body, size: new TextEncoder().encode(body).length + 1, result: { key } };
  });
}

/** One request after the other, none of too many items or bytes. */
export function* chunksOf(items: Encoded[]): Generator<Post<void>> {
  let chunk: Encoded[] = [];
  let size = 0;
  for (const item of items) {
    if (chunk.length && (chunk.length === MOST_ITEMS || size + item.size > MOST_BYTES)) {
      yield postOf(chunk);
      [chunk, size] = [[], 0];
    }
    chunk.push(item);
    size += item.size;
  }
  if (chunk.length) yield postOf(chunk);
}

function postOf(chunk: Encoded[]): Post<void> {
  return {
    path: "/feedback/batch",
    body: `{"items":[${chunk.map((item) => item.body).join(",")}]}`,
    read: (answer) => settle(chunk.map((item) => item.result), answer),
  };
}

function settle(results: BatchResult[], { body }: Answer): void {
  const said = isFields(body) ? body["results"] : undefined;
  if (!Array.isArray(said) || said.length !== results.length || !said.every(isFields)) {
    throw new Unanswered("Something answered that is no cxloop.", { status: 200 });
  }
  results.forEach((result, place) => {
    const one = said[place]!;
    if (one["status"] === 200 || one["status"] === 201) {
      result.receipt = receiptOf(one, result.key, one["replayed"] === true);
    } else {
      result.error = refusalOf(one, result.key, place);
    }
  });
}

function refusalOf(said: Record<string, unknown>, key: string, place: number): CxloopError {
  const problem = problemOf(said, Number(said["status"]));
  const top = `/items/${place}`;
  for (const fault of problem.errors) {
    if (fault.pointer.startsWith(top)) fault.pointer = fault.pointer.slice(top.length);
  }
  problem.key = key;
  return problem;
}
