/** What is sent, as the service's schema declares it. The service alone judges it. */

export type ScoreType = "nps" | "csat" | "stars" | "ces" | "thumbs" | "gcr" | "rating10";

/** nps 0-10, csat and stars 1-5, ces 1-7, thumbs 0 or 1, rating10 1-10; gcr no, partly, yes. */
export interface Score {
  type: ScoreType;
  value: number | "no" | "partly" | "yes";
}

export interface KeyedScore extends Score {
  key: string;
}

/** Who speaks. Sent with a publishable key it is a claim, unless `proof` signs the id. */
export interface Customer {
  id?: string | null;
  email?: string | null;
  name?: string | null;
  phone?: string | null;
  locale?: string | null;
  segment?: string | null;
  /** Money as text or number: up to 14 digits and 2 decimals. */
  value?: string | number | null;
  company?: string | null;
  proof?: string | null;
}

/** What one customer says once: a score or a comment at least, all else as you have it. */
export interface Submission {
  score?: Score | null;
  scores?: readonly KeyedScore[] | null;
  comment?: string | null;
  answers?: Readonly<Record<string, unknown>> | null;
  customer?: Customer | null;
  context?: Readonly<Record<string, unknown>> | null;
  occurred_at?: Date | string | null;
  backdated?: boolean | null;
  tags?: readonly string[] | null;
  form?: string | null;
  form_version?: number | null;
  trap?: string | null;
  filled_ms?: number | null;
}

/** A submission under a key of yours, or under one that is made for it. */
export interface BatchItem extends Submission {
  idempotency_key?: string | null;
}

/** As JSON. Throws a TypeError for what JSON cannot say, before anything is sent or kept. */
export function encode(said: BatchItem): string {
  if ("partial" in said && said.partial) {
    throw new TypeError("Parts of an answer are for forms in pages: send what is said, whole.");
  }
  return JSON.stringify(Object.fromEntries(Object.entries(said).filter(([, value]) => value != null)));
}

/** A random UUID, also on pages without TLS, where `crypto.randomUUID` is missing. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
