import { endianness } from 'node:os';
import { takeRecords } from 'unackd';
import type { CaptureDrops, FrameBatch, Micros, RecordFormat } from 'unackd';
import { hidesIcmp, kernelProgram } from './kernel-filter.ts';
import type { Pointer } from './koffi.ts';
import { loadLibc } from './libc.ts';
import { errorBuffer, errorText, loadLibpcap } from './libpcap.ts';
import { Watched } from './wait.ts';

/** What all interfaces of a source are opened with. */
export interface CaptureSettings {
  readonly filter: string | undefined;
  readonly snapLength: number;
  /** Bytes of the kernel's ring. */
  readonly buffer: number;
  readonly promiscuous: boolean;
}

/** Milliseconds that the kernel may wait to hand over what came: all later packets are seen at once. */
export const RING_DELAY = 10;

/** Bytes that are taken over from the ring at once: some 11,000 SYNs. */
const ARENA = 2 << 20;

/** Behind each record's frame libpcap may put back a VLAN tag that the card had taken off. */
const RECORD_OVERHEAD = 16 + 8;

/** fmemopen(3) keeps room for a closing NUL. */
const SPARE = 64;

const LINUX_SLL2 = 276;

/** Results of pcap_activate(3PCAP) that say what to do. */
const NO_SUCH_DEVICE = -5;
const NOT_PERMITTED = -8;
const NOT_UP = -9;
const PROMISCUOUS_NOT_PERMITTED = -11;

/** Why an interface was not opened. */
export class NotOpened extends Error {
  readonly reason: 'absent' | 'down' | 'forbidden' | 'filter' | 'failed';

  /** @param message libpcap's words */
  constructor(reason: NotOpened['reason'], message: string) {
    super(message);
    this.name = 'NotOpened';
    this.reason = reason;
  }
}

/** An open interface: the kernel writes into its ring, `drain` takes over, `take` hands on. */
export class Capture {
  readonly linkType: number;
  /** Calls when the ring has something. */
  readonly watched: Watched;
  readonly #handle: Pointer;
  readonly #arena: Uint8Array;
  readonly #view: DataView;
  readonly #file: Pointer;
  readonly #dumper: Pointer;
  readonly #format: RecordFormat;
  /** Records that fit into the arena whatever their size. */
  readonly #most: number;
  /** The stretch of the arena that was not handed on yet. */
  #start = 0;
  #end = 0;
  readonly #counts = new Uint32Array(3);

  /** @throws NotOpened */
  constructor(name: string, settings: CaptureSettings) {
    this.#handle = openHandle(name, settings);
    const libpcap = loadLibpcap();
    const libc = loadLibc();
    this.linkType = libpcap.linkType(this.#handle);
    const record = settings.snapLength + RECORD_OVERHEAD;
    const size = Math.max(ARENA, 4 * record + SPARE);
    this.#most = Math.floor((size - SPARE) / record);
    this.#arena = new Uint8Array(size);
    this.#view = new DataView(this.#arena.buffer);
    const file = libc.fmemopen(this.#arena, size, 'w');
    const dumper = file === null ? null : libpcap.dumpTo(this.#handle, file);
    if (file === null || dumper === null) {
      libpcap.close(this.#handle);
      throw new NotOpened('failed', 'no memory for what is captured');
    }
    this.watched = new Watched(libpcap.selectableFd(this.#handle));
    this.#file = file;
    this.#dumper = dumper;
    this.#format = {
      littleEndian: endianness() === 'LE',
      headerLength: 16,
      fraction: 1_000_000,
      linkType: this.linkType,
      snapLength: settings.snapLength,
      limit: record,
      version: '2.4',
    };
  }

  /**
   * Takes over what the ring has, once all that was taken over before is handed on.
   * @returns `full`: there may be more; `empty`: there was nothing; or else why nothing will come any more
   */
  drain(): 'full' | 'some' | 'empty' | { readonly lost: string } {
    const libpcap = loadLibpcap();
    const libc = loadLibc();
    libc.rewind(this.#file);
    const count = libpcap.dispatch(this.#handle, this.#most, this.#dumper);
    libc.fflush(this.#file);
    this.#start = 0;
    this.#end = libpcap.dumped(this.#dumper);
    if (count < 0) return { lost: libpcap.error(this.#handle) };
    if (count === 0) return 'empty';
    return count === this.#most ? 'full' : 'some';
  }

  /** Time of the next frame to be handed on, microseconds; infinite where nothing is left. */
  get nextTime(): Micros {
    if (this.#start === this.#end) return Number.POSITIVE_INFINITY;
    const { littleEndian } = this.#format;
    const seconds = this.#view.getUint32(this.#start, littleEndian);
    return seconds * 1e6 + this.#view.getUint32(this.#start + 4, littleEndian);
  }

  /** Appends what was taken over to an empty batch, up to the first frame later than `until`; false where there is nothing. */
  take(batch: FrameBatch, iface: number, until: Micros): boolean {
    if (this.#start === this.#end) return false;
    batch.bytes = this.#arena;
    this.#start = takeRecords(this.#format, iface, this.#view, this.#start, this.#end, batch);
    // A record that can't be one would hold up all that follow: not that libpcap writes any.
    if (batch.count === 0) this.#start = this.#end;
    const { time, count } = batch;
    for (let i = 0; i < count; i++) {
      if (time[i] <= until) continue;
      this.#start = batch.offset[i] - this.#format.headerLength;
      batch.count = i;
      break;
    }
    return batch.count > 0;
  }

  /** Whether this filter of a user's lets no ICMP error pass. */
  hidesIcmp(filter: string): boolean {
    return hidesIcmp(loadLibpcap(), this.#handle, filter);
  }

  drops(): CaptureDrops {
    loadLibpcap().stats(this.#handle, this.#counts);
    const [received, kernel, byInterface] = this.#counts;
    return { received, kernel, interface: byInterface };
  }

  close(): void {
    const libpcap = loadLibpcap();
    this.watched.close();
    libpcap.closeDump(this.#dumper);
    libpcap.close(this.#handle);
  }
}

function openHandle(name: string, settings: CaptureSettings): Pointer {
  const libpcap = loadLibpcap();
  const error = errorBuffer();
  const handle = libpcap.create(name, error);
  if (handle === null) throw new NotOpened('failed', errorText(error));
  try {
    libpcap.setSnapLength(handle, settings.snapLength);
    libpcap.setBufferSize(handle, settings.buffer);
    libpcap.setPromiscuous(handle, settings.promiscuous ? 1 : 0);
    libpcap.setTimeout(handle, RING_DELAY);
    const result = libpcap.activate(handle);
    if (result < 0) throw new NotOpened(reasonOf(result), libpcap.error(handle));
    // Of all interfaces together, with each packet's own; older libpcaps know the first version only.
    if (name === 'any') libpcap.setLinkType(handle, LINUX_SLL2);
    const program = kernelProgram(libpcap, handle, settings.filter);
    if (typeof program === 'string') throw new NotOpened('filter', program);
    if (libpcap.setFilter(handle, program) !== 0) {
      throw new NotOpened('failed', libpcap.error(handle));
    }
    if (libpcap.setNonBlocking(handle, 1, error) !== 0) {
      throw new NotOpened('failed', errorText(error));
    }
    return handle;
  } catch (thrown) {
    libpcap.close(handle);
    throw thrown;
  }
}

function reasonOf(result: number): NotOpened['reason'] {
  switch (result) {
    case NO_SUCH_DEVICE:
      return 'absent';
    case NOT_UP:
      return 'down';
    case NOT_PERMITTED:
    case PROMISCUOUS_NOT_PERMITTED:
      return 'forbidden';
    default:
      return 'failed';
  }
}
