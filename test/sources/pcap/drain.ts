import assert from 'node:assert/strict';
import { hostOf } from '../../../src/engine/hosts.ts';
import { isStandardInput, statsOf } from '../../../plugins/sources/pcap/open.ts';
import pcap from '../../../plugins/sources/pcap/plugin.ts';
import { RecordBlock } from '../../../src/plugin/record-block.ts';
import { FrameBatch } from 'unackd';
import type { CaptureInterface, Notice, Source, SourceHost } from 'unackd';

/** One frame, copied out of its batch. */
export interface Frame {
  readonly time: number;
  readonly wire: number;
  readonly iface: number;
  readonly data: string;
}

export interface Drained {
  readonly frames: readonly Frame[];
  readonly interfaces: readonly CaptureInterface[];
  readonly notices: readonly Notice[];
  /** Whether any `read` answered with a promise. */
  readonly promised: boolean;
}

/** A pcap source as the engine makes it, with its notices. */
export function openSource(
  path: string | readonly string[],
  options: { speed?: number } = {},
): { source: Source; notices: Notice[] } {
  const notices: Notice[] = [];
  const host: SourceHost = {
    ...hostOf('test', () => undefined),
    id: 'test',
    log: () => undefined,
    notice: (notice) => notices.push(notice),
  };
  const values = { path: [path].flat(), vantage: 'auto', speed: 0, ...options };
  const source = pcap.create(values, host);
  return { source, notices };
}

function copyFrames(batch: FrameBatch, into: Frame[]): void {
  for (let i = 0; i < batch.count; i++) {
    const start = batch.offset[i];
    const end = start + batch.captured[i];
    if (start < 0 || end < start || end > batch.bytes.length) {
      throw new Error(`frame ${i} lies outside of its buffer: ${start} to ${end}`);
    }
    into.push({
      time: batch.time[i],
      wire: batch.wire[i],
      iface: batch.iface[i],
      data: Buffer.from(batch.bytes.subarray(start, end)).toString('hex'),
    });
  }
}

/** Some of the records that were lent, and others in the next read. */
function copyLent(records: RecordBlock, batch: FrameBatch, into: Frame[]): void {
  for (let part = 0; part < 3; part++) {
    records.index(batch, batch.capacity);
    if (batch.count === 0) return;
    copyFrames(batch, into);
    records.take(batch, batch.count);
  }
}

/** One that can be read twice. */
function isFile(path: string): boolean {
  return !isStandardInput(path) && statsOf(path)?.isFile() === true;
}

interface DrainOptions {
  readonly speed?: number;
  readonly capacity?: number;
}

/** Reads a source to its end and closes it; a file twice, as it gives the same where it lends its records. */
export async function drain(
  path: string | readonly string[],
  options: DrainOptions = {},
): Promise<Drained> {
  const drained = await drainOnce(path, options);
  if ([path].flat().every(isFile)) {
    assert.deepEqual(await drainOnce(path, { ...options, lends: true }), drained);
  }
  return drained;
}

async function drainOnce(
  path: string | readonly string[],
  options: DrainOptions & { readonly lends?: boolean },
): Promise<Drained> {
  const { source, notices } = openSource(path, options);
  const frames: Frame[] = [];
  let promised = false;
  try {
    const batch = new FrameBatch(options.capacity);
    if (options.lends === true) batch.records = new RecordBlock();
    for (;;) {
      const answer = source.read(batch);
      promised ||= answer instanceof Promise;
      const more = await answer;
      if (batch.records?.isLent === true) copyLent(batch.records, batch, frames);
      else copyFrames(batch, frames);
      if (!more) break;
    }
  } finally {
    await source.close?.();
  }
  return { frames, interfaces: source.interfaces, notices, promised };
}

/** Counts frames without copying them. */
export async function countFrames(
  path: string,
): Promise<{ count: number; notices: readonly Notice[] }> {
  const { source, notices } = openSource(path);
  const batch = new FrameBatch();
  let count = 0;
  try {
    for (;;) {
      const more = await source.read(batch);
      count += batch.count;
      if (!more) break;
    }
  } finally {
    await source.close?.();
  }
  return { count, notices };
}
