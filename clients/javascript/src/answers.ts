/** Reading what came back: a receipt, or an error that says what it was. */
import { type Fault, Problem, Unanswered } from "./errors.js";

/**
 * Committed. `replayed`: it had been heard before under the same key; nothing was doubled.
 * `statusUrl` is a page for the customer: who left no address reads the answer there.
 */
export interface Receipt {
  id: string;
  receivedAt: Date;
  statusUrl: string;
  key: string;
  replayed: boolean;
}

type Fields = Record<string, unknown>;

export interface Answer {
  body: unknown;
  headers: Headers;
}

/** Throws Unanswered for what is no receipt, such as the page of a hotel's network. */
export function receiptOf(body: unknown, key: string, replayed: boolean): Receipt {
  const { id, received_at, status_url } = isFields(body) ? body : ({} as Fields);
  if (typeof id !== "string" || typeof received_at !== "string" || typeof status_url !== "string") {
    throw new Unanswered("Something answered that is no cxloop.", { status: 200 });
  }
  return { id, receivedAt: new Date(received_at), statusUrl: status_url, key, replayed };
}

/** The JSON of a success. Throws the error that the answer is otherwise. */
export async function readAnswer(response: Response): Promise<Answer> {
  const body = parsed(await response.text());
  if (response.ok && body !== undefined) return { body, headers: response.headers };
  throw failureOf(response, body);
}

export function problemOf(said: Fields, status: number, requestId = ""): Problem {
  const errors = faultsOf(said["errors"]);
  return new Problem({
    status,
    code: text(said["code"]),
    title: text(said["title"]),
    detail: text(said["detail"]) || errors.map((fault) => fault.detail).join("; "),
    errors,
    requestId: text(said["request_id"]) || requestId,
  });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function failureOf(response: Response, body: unknown): Problem | Unanswered {
  const { status, headers } = response;
  const failure =
    status >= 400 && isFields(body) && "code" in body
      ? problemOf(body, status, headers.get("X-Request-Id") ?? "")
      : new Unanswered(`Something answered ${status}, and not as cxloop does.`, { status });
  failure.retryAfter = secondsOf(headers.get("Retry-After"));
  return failure;
}

/** Retry-After says seconds, or, from a proxy, a date. */
function secondsOf(said: string | null): number | undefined {
  if (said === null) return undefined;
  if (/^\s*\d+\s*$/.test(said)) return Number(said);
  const at = Date.parse(said);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}

function faultsOf(said: unknown): Fault[] {
  return (Array.isArray(said) ? said : []).filter(isFields).map((fault) => ({
    pointer: text(fault["pointer"]),
    code: text(fault["code"]),
    detail: text(fault["detail"]),
  }));
}

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
