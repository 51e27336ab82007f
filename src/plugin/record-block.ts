import type { FrameBatch } from './frames.ts';
import { takeRecords } from './pcap-records.ts';
import type { RecordFormat } from './pcap-records.ts';

const NO_FORMAT: RecordFormat = {
  littleEndian: true,
  headerLength: 16,
  fraction: 1_000_000,
  linkType: 0,
  snapLength: 0,
  limit: 0,
  version: '',
};

/**
 * Pcap records as they lie in memory. A source lends them to a reader that
 * passes over most of them, and has an index made only of the frames that it
 * looks at closely: an index of all takes as long as looking at them. They stay in
 * place until the next `read`, which goes on where the reader stopped.
 */
export class RecordBlock {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  format: RecordFormat = NO_FORMAT;
  /** Of all of them: index into the source's `interfaces`. */
  iface = 0;
  /** Where the first record begins that was not taken. */
  at = 0;
  /** Behind the last byte; the last record need not be whole. */
  end = 0;
  /** Frames taken of this block, and the bytes that they had on the wire. */
  frames = 0;
  wireBytes = 0;
  /** Time of the last frame taken, microseconds since the epoch; NaN before the first. */
  lastTime = Number.NaN;

  /** Lends what `bytes`, shown by `view`, has from `at` to `end`: one whole record at least. */
  lend(
    format: RecordFormat,
    iface: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    end: number,
  ): void {
    this.format = format;
    this.iface = iface;
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.end = end;
    this.frames = 0;
    this.wireBytes = 0;
  }

  /** The lender has them back: they may be gone. */
  giveBack(): void {
    this.end = 0;
  }

  get isLent(): boolean {
    return this.end > 0;
  }

  /** Time of the first record that was not taken, microseconds since the epoch. */
  get nextTime(): number {
    const { littleEndian, fraction } = this.format;
    const part = this.view.getUint32(this.at + 4, littleEndian);
    const micros = fraction === 1_000_000 ? part : Math.trunc(part / 1000);
    return this.view.getUint32(this.at, littleEndian) * 1e6 + micros;
  }

  /**
   * Fills the batch with the next frames without taking them; with none where
   * the next record is not whole, or can't be one.
   * @param most at most so many
   */
  index(batch: FrameBatch, most: number): void {
    batch.bytes = this.bytes;
    batch.count = 0;
    takeRecords(this.format, this.iface, this.view, this.at, this.end, batch, most);
  }

  /** Takes the first `count` frames of the batch that was filled; at least one. */
  take({ offset, captured, wire, time }: FrameBatch, count: number): void {
    const last = count - 1;
    for (let i = 0; i < count; i++) this.wireBytes += wire[i];
    this.frames += count;
    this.at = offset[last] + captured[last];
    this.lastTime = time[last];
  }
}
