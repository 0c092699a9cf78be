export type { Receipt } from "./answers.js";
export type { BatchResult } from "./batch.js";
export { type Client, type ClientSettings, createClient, type SendOptions } from "./client.js";
export {
  BatchBrokeOff,
  CxloopError,
  type Fault,
  Problem,
  type ProblemBody,
  Unanswered,
} from "./errors.js";
export { IndexedDbStorage } from "./indexeddb.js";
export type { Flushed, RefusedSubmission } from "./queue.js";
export { type Entry, MemoryStorage, type Storage } from "./storage.js";
export type { BatchItem, Customer, KeyedScore, Score, ScoreType, Submission } from "./submission.js";
