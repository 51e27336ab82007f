/** Holds frames from a plugin to what the engine can take. */
import { clean } from '../face/clean.ts';
import type { CaptureInterface, FrameBatch } from '../plugin/api.ts';
import type { Heard } from './messages.ts';

const INTERFACES_MOST = 4096;
const NAME_MOST = 256;
/** The last second of year 9999. */
const LATEST = 253_402_300_799_000_000;

function counts(value: unknown, length: number, most: number): readonly number[] | null {
  if (!Array.isArray(value) || value.length !== length) return null;
  const good = value.every((one) => Number.isSafeInteger(one) && one >= 0 && one <= most);
  return good ? (value as number[]) : null;
}

function countOrNull(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

function line(value: unknown): string {
  return clean(String(value).slice(0, NAME_MOST), true);
}

function interfaceOf(given: unknown): CaptureInterface | null {
  if (typeof given !== 'object' || given === null) return null;
  const { name, linkType, filter, snapLength, hidesAcks } = given as Heard;
  const type = countOrNull(linkType);
  if (typeof name !== 'string' || type === null) return null;
  return {
    name: line(name),
    linkType: type,
    filter: typeof filter === 'string' ? line(filter) : null,
    snapLength: countOrNull(snapLength) ?? 0,
    ...(hidesAcks === true ? { hidesAcks } : {}),
  };
}

export class FrameCheck {
  readonly interfaces: CaptureInterface[] = [];

  /**
   * Fills a batch with what was handed over.
   * @returns what is wrong with it, or `null`
   */
  fill(
    batch: FrameBatch,
    { interfaces, time, captured, wire, iface, bytes, now }: Heard,
  ): string | null {
    if (!this.#learn(interfaces ?? [])) return 'an interface has a name and a link type';
    if (typeof now === 'number') batch.now = now;
    if (time === undefined) return null;
    const count = Array.isArray(time) ? time.length : Infinity;
    if (count > batch.capacity) return `over ${batch.capacity} in a batch`;
    const times = counts(time, count, LATEST);
    const lengths = counts(captured, count, 2 ** 18);
    const wires = counts(wire, count, 2 ** 31 - 1);
    const places = counts(iface, count, this.interfaces.length - 1);
    if (times === null) return 'a time is no whole number of microseconds';
    if (lengths === null || wires === null) return 'a length can not be';
    if (places === null) return 'an interface that there is not';
    const held = Buffer.from(typeof bytes === 'string' ? bytes : '', 'base64');
    batch.bytes = held;
    let at = 0;
    for (let i = 0; i < count; i++) {
      batch.offset[i] = at;
      batch.captured[i] = lengths[i];
      batch.wire[i] = wires[i];
      batch.time[i] = times[i];
      batch.iface[i] = places[i];
      at += lengths[i];
    }
    if (at > held.length) return 'fewer bytes than the frames have';
    batch.count = count;
    return null;
  }

  /** How far it is, and what was lost. */
  counts({
    progress,
    drops,
  }: Heard): Readonly<
    Record<'done' | 'total' | 'received' | 'kernel' | 'interface', number | null>
  > {
    const { done, total } = (progress ?? {}) as Heard;
    const { received, kernel, interface: nic } = (drops ?? {}) as Heard;
    return {
      done: countOrNull(done),
      total: countOrNull(total),
      received: countOrNull(received),
      kernel: countOrNull(kernel),
      interface: countOrNull(nic),
    };
  }

  /** Interfaces that were found since. */
  #learn(given: unknown): boolean {
    if (!Array.isArray(given)) return false;
    if (this.interfaces.length + given.length > INTERFACES_MOST) return false;
    const found = given.map((one) => interfaceOf(one));
    for (const one of found) if (one !== null) this.interfaces.push(one);
    return !found.includes(null);
  }
}
