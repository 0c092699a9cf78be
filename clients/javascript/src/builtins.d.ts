// As much of Node as is used here: its own declarations would be a second dependency.
declare module "node:crypto" {
  interface Digest {
    update(text: string): Digest;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Digest;
  export function createHmac(algorithm: "sha256", secret: string): Digest;
  export function randomUUID(): string;
}

declare module "node:fs/promises" {
  interface FileHandle {
    writeFile(text: string): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }
  export function mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  export function open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  export function readdir(path: string): Promise<string[]>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
  export function rename(from: string, to: string): Promise<void>;
  export function unlink(path: string): Promise<void>;
}

declare module "node:path" {
  export function join(...parts: string[]): string;
}
