/** A configuration as it lies in a file: bytes that must be UTF-8. */
import { FaultLog, TOP } from './fault-log.ts';
import type { Look } from './look.ts';
import { readConfig } from './read.ts';
import type { PluginRegistry, Reading } from './read.ts';
import type { Environment } from './variables.ts';

/** As `readConfig`, from bytes. What is not UTF-8 is a fault, at the first byte that isn't. */
export function readConfigBytes(
  bytes: Uint8Array,
  file: string,
  registry: PluginRegistry,
  env: Environment,
  look?: Look,
): Reading {
  const capture = registry.captureFormat?.(bytes) ?? null;
  if (capture !== null) {
    const log = new FaultLog('', file);
    const message = `this is a capture file (${capture}), and no configuration`;
    log.error('capture-file', TOP, message, `unackd read ${file}`);
    return { config: null, faults: log.sorted() };
  }
  const utf16 = bytes.length >= 2 && [0xfeff, 0xfffe].includes((bytes[0] << 8) | bytes[1]);
  if (!utf16) {
    const text = decode(bytes);
    if (text !== null) return readConfig(text, file, registry, env, look);
  }
  // The readable part of the file, so that the line can be shown.
  const good = utf16 ? '' : (decode(bytes.subarray(0, validLength(bytes))) ?? '');
  const log = new FaultLog(good, file);
  const what = utf16 ? 'the file is UTF-16' : `byte ${hex(bytes[validLength(bytes)])} is not UTF-8`;
  const place = { start: good.length, end: good.length + 1 };
  log.error('not-utf8', place, what, 'save the file as UTF-8');
  return { config: null, faults: log.sorted() };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes before the first that can't be UTF-8. Found by halves: what is cut within a letter still counts as good. */
function validLength(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  const decodes = (length: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (decodes(middle)) good = middle;
    else bad = middle;
  }
  // Back over a letter that was begun and never finished.
  while (good > 0 && decode(bytes.subarray(0, good)) === null) good -= 1;
  return good;
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}
