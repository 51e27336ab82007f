import { HIDES_ACKS, type CaptureInterface, type FrameBatch } from 'unackd';
import {
  BLOCK,
  BLOCK_OVERHEAD,
  isPossibleLength,
  optionText,
  readOptions,
  sectionOrder,
} from './block.ts';
import { takeEnhanced } from './enhanced.ts';
import type { Described } from './enhanced.ts';
import type { FrameParser, Remark } from './parser.ts';
import { CHAIN, findBlock, scanNeed } from './resync.ts';
import { isFiner, nanosBeyond, toMicros } from './timestamps.ts';
import type { Window } from './window.ts';

/** Interfaces of one source; each costs memory down to the end. dumpcap's own limit is 64. */
const MAX_INTERFACES = 65_536;

const OPT_COMMENT = 1;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_FILTER = 11;
const IF_TSOFFSET = 14;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

/** The blocks of a pcapng file. */
export class PcapngParser implements FrameParser {
  need = 0;
  fault = '';
  readonly #fileName: string;
  readonly #interfaces: CaptureInterface[];
  #littleEndian = true;
  #section: Described[] = [];
  /** The last frame's time: what a Simple Packet Block, which has none, is given. */
  #lastTime = 0;
  #untimed = 0;
  #unusable = 0;
  #dropped = 0;

  /** @param interfaces grows as interfaces are described */
  constructor(fileName: string, interfaces: CaptureInterface[]) {
    this.#fileName = fileName;
    this.#interfaces = interfaces;
  }

  parse(window: Window, batch: FrameBatch): 'full' | 'short' | 'damaged' {
    const { view, end } = window;
    batch.bytes = window.buffer;
    let at = window.start;
    let result: 'full' | 'short' | 'damaged' = 'full';
    while (batch.count < batch.capacity) {
      if (this.#littleEndian) {
        const before = batch.count;
        at = takeEnhanced(this.#section, view, at, end, batch);
        if (batch.count > before) this.#lastTime = batch.time[batch.count - 1];
        if (batch.count === batch.capacity) break;
      }
      if (end - at < BLOCK_OVERHEAD) {
        this.need = BLOCK_OVERHEAD;
        result = 'short';
        break;
      }
      const type = view.getUint32(at, this.#littleEndian);
      let order = this.#littleEndian;
      if (type === BLOCK.sectionHeader) {
        const named = sectionOrder(view, at);
        if (named === null) {
          result = this.#damaged('a section header without byte order');
          break;
        }
        order = named === 'little';
      }
      const length = view.getUint32(at + 4, order);
      if (!isPossibleLength(length)) {
        result = this.#damaged(`a block of ${length} bytes`);
        break;
      }
      if (length > end - at) {
        this.need = length;
        result = 'short';
        break;
      }
      if (view.getUint32(at + length - 4, order) !== length) {
        result = this.#damaged('a block whose two lengths differ');
        break;
      }
      this.#littleEndian = order;
      if (type === BLOCK.enhancedPacket) this.#enhanced(view, at, length, batch);
      else if (!this.#other(type, view, at, length, batch)) {
        result = 'damaged';
        break;
      }
      at += length;
    }
    window.start = at;
    return result;
  }

  resync(window: Window): 'found' | 'short' | 'lost' {
    const found = findBlock(this.#littleEndian, window);
    if (found === 'short') this.need = scanNeed(window);
    if (typeof found === 'string') return found;
    window.start = found;
    return 'found';
  }

  passOver(window: Window): boolean {
    const { length } = window;
    const found = findBlock(this.#littleEndian, window, CHAIN);
    if (typeof found === 'string') return false;
    this.fault = `a block that claims more than the ${length} bytes that are left`;
    window.start = found;
    return true;
  }

  remarks(): readonly Remark[] {
    this.#endSection();
    const remarks: Remark[] = [];
    if (this.#untimed > 0) {
      const text = `${this.#untimed} packets carry no time (Simple Packet Blocks) and were given that of the packet before them`;
      remarks.push({ code: 'no-timestamps', text });
    }
    if (this.#unusable > 0) {
      const blocks =
        this.#unusable === 1
          ? '1 packet block was left out: it names'
          : `${this.#unusable} packet blocks were left out: they name`;
      const text = `${blocks} an unknown interface or an impossible length`;
      remarks.push({ code: 'truncated-file', text });
    }
    if (this.#dropped > 0) {
      const text = `the file says that ${this.#dropped} packets were dropped while it was captured; silence in it may be loss`;
      remarks.push({ code: 'capture-loss', text });
    }
    return remarks;
  }

  #damaged(fault: string): 'damaged' {
    this.fault = fault;
    return 'damaged';
  }

  /** Every block but the usual one; false when the file can't go on. */
  #other(type: number, view: DataView, at: number, length: number, batch: FrameBatch): boolean {
    switch (type) {
      case BLOCK.sectionHeader:
        return this.#sectionHeader(view, at, length);
      case BLOCK.interfaceDescription:
        return this.#describe(view, at, length);
      case BLOCK.simplePacket:
        this.#simple(view, at, length, batch);
        return true;
      case BLOCK.packet:
        this.#obsolete(view, at, length, batch);
        return true;
      case BLOCK.interfaceStatistics:
        this.#statistics(view, at, length);
        return true;
      default:
        return true;
    }
  }

  #sectionHeader(view: DataView, at: number, length: number): boolean {
    const major = length >= 28 ? view.getUint16(at + 12, this.#littleEndian) : 0;
    if (major !== 1) {
      this.fault = length < 28 ? 'a section header too short' : `pcapng version ${major}`;
      return false;
    }
    this.#endSection();
    return true;
  }

  #endSection(): void {
    for (const { dropped } of this.#section) this.#dropped += dropped;
    this.#section = [];
  }

  #describe(view: DataView, at: number, length: number): boolean {
    const order = this.#littleEndian;
    if (length < 20) {
      this.fault = 'an interface description too short';
      return false;
    }
    if (this.#interfaces.length >= MAX_INTERFACES) {
      this.fault = `more than ${MAX_INTERFACES} interfaces`;
      return false;
    }
    const options = readOptions(view, at + 16, at + length - 4, order);
    const name = options.get(IF_NAME);
    const filter = options.get(IF_FILTER);
    const resolution = options.get(IF_TSRESOL);
    const offset = options.get(IF_TSOFFSET);
    const comment = options.get(OPT_COMMENT);
    const hidesAcks = comment !== undefined && optionText(comment) === HIDES_ACKS;
    const snapLength = view.getUint32(at + 12, order);
    const clock = {
      resolution: resolution?.byteLength === 1 ? resolution.getUint8(0) : 6,
      offset: offset?.byteLength === 8 ? Number(offset.getBigInt64(0, order)) * 1e6 : 0,
    };
    this.#section.push({ index: this.#interfaces.length, clock, snapLength, dropped: 0 });
    this.#interfaces.push({
      name: (name === undefined ? '' : optionText(name)) || this.#fileName,
      linkType: view.getUint16(at + 8, order),
      filter: filter === undefined ? null : filterText(filter),
      snapLength,
      ...(isFiner(clock) ? { finer: true } : {}),
      ...(hidesAcks ? { hidesAcks } : {}),
    });
    return true;
  }

  #enhanced(view: DataView, at: number, length: number, batch: FrameBatch): void {
    const order = this.#littleEndian;
    if (length < 32) this.#unusable++;
    else this.#timed(view, at, length, view.getUint32(at + 8, order), batch);
  }

  #obsolete(view: DataView, at: number, length: number, batch: FrameBatch): void {
    const order = this.#littleEndian;
    if (length < 32) this.#unusable++;
    else this.#timed(view, at, length, view.getUint16(at + 8, order), batch);
  }

  /** What the enhanced and the obsolete packet block have in common: time, lengths and data from octet 12 on. */
  #timed(view: DataView, at: number, length: number, id: number, batch: FrameBatch): void {
    const order = this.#littleEndian;
    const described = this.#section[id];
    const captured = view.getUint32(at + 20, order);
    if (described === undefined || captured > length - 32) {
      this.#unusable++;
      return;
    }
    const high = view.getUint32(at + 12, order);
    const low = view.getUint32(at + 16, order);
    this.#lastTime = toMicros(described.clock, high, low);
    if (batch.nanos !== null) batch.nanos[batch.count] = nanosBeyond(described.clock, high, low);
    this.#put(batch, at + 28, captured, view.getUint32(at + 24, order), described.index);
  }

  #simple(view: DataView, at: number, length: number, batch: FrameBatch): void {
    const described = this.#section[0];
    if (described === undefined || length < 16) {
      this.#unusable++;
      return;
    }
    const wire = view.getUint32(at + 8, this.#littleEndian);
    const snapped = described.snapLength === 0 ? wire : Math.min(wire, described.snapLength);
    this.#untimed++;
    this.#put(batch, at + 12, Math.min(snapped, length - 16), wire, described.index);
  }

  #put(batch: FrameBatch, offset: number, captured: number, wire: number, iface: number): void {
    const count = batch.count;
    batch.offset[count] = offset;
    batch.captured[count] = captured;
    batch.wire[count] = Math.min(wire, 0x7fffffff);
    batch.time[count] = this.#lastTime;
    batch.iface[count] = iface;
    batch.count = count + 1;
  }

  #statistics(view: DataView, at: number, length: number): void {
    if (length < 24) return;
    const order = this.#littleEndian;
    const described = this.#section[view.getUint32(at + 8, order)];
    if (described === undefined) return;
    const options = readOptions(view, at + 20, at + length - 4, order);
    let dropped = 0;
    for (const code of [ISB_IFDROP, ISB_OSDROP]) {
      const value = options.get(code);
      if (value?.byteLength === 8) dropped += Number(value.getBigUint64(0, order));
    }
    described.dropped = dropped;
  }
}

/** if_filter's first octet says its kind: 0 is the filter as text; 1, its compiled form, says nothing to people. */
function filterText(value: DataView): string | null {
  if (value.byteLength < 2 || value.getUint8(0) !== 0) return null;
  return optionText(new DataView(value.buffer, value.byteOffset + 1, value.byteLength - 1));
}
