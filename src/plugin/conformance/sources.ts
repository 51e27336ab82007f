/** The suite for sources. */
import { hostOf } from '../../engine/hosts.ts';
import { FrameBatch } from '../api.ts';
import type { Source, SourceDefinition } from '../api.ts';
import { broken, holds, innermost, messageOf, skipped, type Finding } from './finding.ts';
import type { Played } from './play.ts';

const RULES = {
  frames: 'hands over frames that can be read',
  same: 'same input, same output',
  early: 'can be closed before it is read',
  live: 'comes back twice a second',
} as const;

/** Reads of one source that are looked at: of an endless one, the beginning. */
const READS_MOST = 2000;
/** A live source that brings nothing returns after half a second at most; twice that is too long. */
const PATIENCE_MS = 1000;

/** Thrown with what is wrong with a batch. */
class FrameFault extends Error {}

function fault(text: string): never {
  throw new FrameFault(text);
}

/** One line for each frame, of which two runs must give the same. */
function framesOf(batch: FrameBatch, { interfaces }: Source): string[] {
  const { bytes, count, capacity, offset, captured, wire, time, iface } = batch;
  if (!Number.isInteger(count) || count < 0 || count > capacity) {
    fault(`batch.count is ${count}, and a batch has room for ${capacity} frames`);
  }
  return Array.from({ length: count }, (_, i) => {
    const end = offset[i] + captured[i];
    if (offset[i] < 0 || captured[i] < 0 || end > bytes.length) {
      fault(`frame ${i} lies at ${offset[i]} to ${end} of batch.bytes, which has ${bytes.length}`);
    }
    if (wire[i] < captured[i]) {
      fault(`frame ${i} has ${captured[i]} bytes captured of ${wire[i]} on the wire`);
    }
    if (!Number.isSafeInteger(time[i])) {
      fault(`frame ${i} has time ${time[i]}: whole microseconds since 1970 are wanted`);
    }
    if (interfaces[iface[i]] === undefined) {
      fault(`frame ${i} is of interface ${iface[i]}, and there are ${interfaces.length}`);
    }
    const octets = Buffer.from(bytes.subarray(offset[i], end)).toString('hex');
    return `${time[i]} ${interfaces[iface[i]].linkType} ${octets}`;
  });
}

function checkInterfaces({ interfaces }: Source, before: number): void {
  if (interfaces.length < before) {
    fault(`interfaces shrank from ${before} to ${interfaces.length}: it only ever grows`);
  }
  for (const { name, linkType } of interfaces) {
    if (!Number.isInteger(linkType) || linkType < 0 || linkType > 0xffff) {
      fault(`interface '${name}' has link type ${linkType}: a LINKTYPE_ value is wanted`);
    }
  }
}

async function readAll(source: Source): Promise<string[]> {
  const frames: string[] = [];
  const batch = new FrameBatch();
  let interfaces = 0;
  for (let reads = 0; reads < READS_MOST; reads++) {
    batch.count = 0;
    const more: unknown = await source.read(batch);
    if (typeof more !== 'boolean')
      fault(`read gave ${typeof more}: true for more, false at the end`);
    checkInterfaces(source, interfaces);
    interfaces = source.interfaces.length;
    frames.push(...framesOf(batch, source));
    if (!more) break;
  }
  return frames;
}

const host = { ...hostOf('check', () => undefined), notice: () => undefined };

/** Makes a source, works with it, and closes it. */
async function withSource<T>(
  { definition, options }: Played<SourceDefinition>,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  const source = definition.create(options as never, host);
  try {
    return await work(source);
  } finally {
    await source.close?.();
  }
}

/** Everything that a source is held to. */
export async function* sourceFindings(plugin: Played<SourceDefinition>): AsyncGenerator<Finding> {
  if (plugin.definition.live === true) {
    yield await liveFinding(plugin);
    return;
  }
  let first: readonly string[];
  try {
    first = await withSource(plugin, readAll);
    yield holds(RULES.frames, `${first.length} frames`);
  } catch (thrown) {
    const error = innermost(thrown);
    const text = thrown instanceof FrameFault ? thrown.message : `it threw: ${messageOf(error)}`;
    const where = thrown instanceof FrameFault ? { property: ['create'] } : { error };
    yield broken(RULES.frames, text, where);
    return;
  }
  const second = await withSource(plugin, readAll);
  const at = first.findIndex((frame, i) => frame !== second[i]);
  yield at < 0 && first.length === second.length
    ? holds(RULES.same, '')
    : broken(RULES.same, `the second time frame ${at < 0 ? first.length : at} was another one`);
  try {
    await withSource(plugin, async () => undefined);
    yield holds(RULES.early, '');
  } catch (error) {
    yield broken(RULES.early, `it threw: ${messageOf(error)}`, { error });
  }
}

async function liveFinding(plugin: Played<SourceDefinition>): Promise<Finding> {
  const rule = RULES.live;
  try {
    return await withSource(plugin, async (source) => {
      const began = performance.now();
      const batch = new FrameBatch();
      await source.read(batch);
      framesOf(batch, source);
      const took = Math.round(performance.now() - began);
      if (took <= PATIENCE_MS) return holds(rule, '');
      return broken(rule, `read took ${took} ms: it returns twice a second, be it with no frame`);
    });
  } catch (error) {
    const { exitCode } = error as { readonly exitCode?: unknown };
    // No right to capture, no such interface: nothing that the plugin could mend.
    if (exitCode !== undefined) return skipped(rule, messageOf(error));
    return broken(rule, `it threw: ${messageOf(error)}`, { error: innermost(error) });
  }
}
