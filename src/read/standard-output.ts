import { writeSync } from 'node:fs';

/** Characters gathered before a write: one of this size costs little more than a small one. */
const CHUNK = 1 << 16;

/** A pipe that somebody set non-blocking is full: first and longest wait before it is asked again, in ms. */
const FIRST_WAIT = 1;
const LONGEST_WAIT = 50;

const STDOUT = 1;

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null)?.code;
}

/**
 * Text to standard output, in large pieces. Writes wait for their reader: a
 * slow one slows the reading of the capture down, and nothing piles up in
 * memory. (`process.stdout` would take everything and keep what a pipe does
 * not; it also takes 3 ms to make.)
 */
export class StandardOutput {
  private text = '';

  put(text: string): void {
    this.text += text;
    if (this.text.length >= CHUNK) this.flush();
  }

  /** @throws Node's own error: EPIPE where the reader has gone, ENOSPC where the disk is full */
  flush(): void {
    if (this.text === '') return;
    const bytes = Buffer.from(this.text);
    this.text = '';
    writeWhole(STDOUT, bytes);
  }
}

/** A line to standard output, at once. @throws Node's own error */
export function writeLine(line: string): void {
  writeWhole(STDOUT, Buffer.from(`${line}\n`));
}

/**
 * All of the bytes, waiting for a slow reader.
 * @throws Node's own error: EPIPE where the reader has gone, ENOSPC where the disk is full
 */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  let wait = FIRST_WAIT;
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += writeSync(fd, bytes, sent);
      wait = FIRST_WAIT;
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
      pause(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }
}
