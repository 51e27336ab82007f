import { isPossibleRecord, takeRecords } from 'unackd';
import type { FrameBatch, RecordBlock, RecordFormat } from 'unackd';
import type { FrameParser, Remark } from './parser.ts';
import { findRecord, isLikelyRecord, scanNeed } from './resync.ts';
import type { Window } from './window.ts';

/** The records of a pcap file, behind its file header. */
export class PcapParser implements FrameParser {
  need = 0;
  fault = '';
  readonly #format: RecordFormat;
  readonly #iface: number;
  #lastTime = Number.NaN;

  constructor(format: RecordFormat, iface: number) {
    this.#format = format;
    this.#iface = iface;
  }

  parse(window: Window, batch: FrameBatch): 'full' | 'short' | 'damaged' | 'lent' {
    const format = this.#format;
    const { view, start, end, buffer } = window;
    if (batch.records !== null && this.#isWhole(view, start, end)) {
      batch.records.lend(format, this.#iface, buffer, view, start, end);
      return 'lent';
    }
    batch.bytes = buffer;
    const before = batch.count;
    const at = takeRecords(format, this.#iface, view, start, end, batch);
    window.start = at;
    if (batch.count > before) this.#lastTime = batch.time[batch.count - 1];
    if (batch.count === batch.capacity) return 'full';
    this.need = format.headerLength;
    if (end - at < format.headerLength) return 'short';
    if (isPossibleRecord(format, view, at)) {
      this.need += view.getUint32(at + 8, format.littleEndian);
      return 'short';
    }
    this.fault = this.#why(view, at);
    return 'damaged';
  }

  resync(window: Window): 'found' | 'short' | 'lost' {
    const found = findRecord(this.#format, window, this.#lastTime);
    if (found === 'short') this.need = scanNeed(window);
    if (typeof found === 'string') return found;
    window.start = found;
    return 'found';
  }

  /** A record that was cut off has a header to believe; what is in it may look like records too. */
  passOver(window: Window): boolean {
    const { littleEndian, headerLength } = this.#format;
    const { view, start, length } = window;
    if (length < headerLength) return false;
    if (isLikelyRecord(this.#format, view, start, this.#lastTime)) return false;
    const claimed = view.getUint32(start + 8, littleEndian);
    this.fault = `a record of ${claimed} bytes, where ${length - headerLength} are left`;
    return this.resync(window) === 'found';
  }

  takeBack(window: Window, records: RecordBlock): void {
    window.start = records.at;
    if (records.frames > 0) this.#lastTime = records.lastTime;
  }

  #isWhole(view: DataView, start: number, end: number): boolean {
    const { headerLength, littleEndian } = this.#format;
    const length = end - start - headerLength;
    if (length < 0 || !isPossibleRecord(this.#format, view, start)) return false;
    return view.getUint32(start + 8, littleEndian) <= length;
  }

  remarks(): readonly Remark[] {
    return [];
  }

  #why(view: DataView, at: number): string {
    const { littleEndian, limit, fraction } = this.#format;
    const length = view.getUint32(at + 8, littleEndian);
    if (length > limit) return `a record of ${length} bytes, where ${limit} are possible`;
    if (length === 0) return 'an empty record';
    const part = view.getUint32(at + 4, littleEndian);
    return `a time with ${part} ${fraction === 1e9 ? 'nano' : 'micro'}seconds`;
  }
}
