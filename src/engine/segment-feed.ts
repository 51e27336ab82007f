import type { SegmentTap } from '../flow/listener.ts';
import type { CaptureInterface } from '../plugin/api.ts';
import { ROWS_OF_SEGMENT, RowBlock, writeRow } from '../plugin/segment-rows.ts';
import { SegmentView } from '../plugin/segment-view.ts';
import type { Segment } from '../wire/segment.ts';
import type { AfarAnalyser } from './afar.ts';
import type { AnalyserNode } from './nodes.ts';

/** A row has 16 bits for it. */
const INTERFACES_MOST = 0xffff;

/** Hands one source's segments to the analysers that read them: within the process as a view, beyond it as rows. */
export class SegmentFeed implements SegmentTap {
  private readonly origin: number;
  private readonly source: string;
  private readonly readers: readonly AnalyserNode[];
  /** Those of this process, and the others, as of the present batch. */
  private readonly near: AnalyserNode[] = [];
  private readonly far: AfarAnalyser[] = [];
  private readonly row = new RowBlock(ROWS_OF_SEGMENT);
  private readonly names: string[] = [];
  private readonly view: SegmentView;

  /**
   * @param origin index of the source
   * @param readers they may change between two batches
   */
  constructor(origin: number, source: string, readers: readonly AnalyserNode[]) {
    this.origin = origin;
    this.source = source;
    this.readers = readers;
    const places = { id: source, interfaces: this.names };
    this.view = new SegmentView(this.row, {
      sources: Array.from({ length: origin + 1 }, () => places),
    });
  }

  /**
   * To be called for each batch.
   * @returns itself, or `null` where nobody reads
   */
  begin(interfaces: readonly CaptureInterface[]): this | null {
    const { readers, near, far, names, origin, source } = this;
    if (readers.length === 0) return null;
    near.length = 0;
    far.length = 0;
    for (let i = 0; i < interfaces.length; i++) names[i] = interfaces[i].name;
    for (const reader of readers) {
      if (reader.afar === null) near.push(reader);
      else far.push(reader.afar);
    }
    for (const afar of far) afar.places(origin, source, names);
    return this;
  }

  take(s: Segment, times: Float64Array, i: number, iface: number, aside: boolean): void {
    const { near, far, row } = this;
    const place = (this.origin << 16) | Math.min(iface, INTERFACES_MOST);
    for (let n = 0; n < far.length; n++) far[n].row(s, times, i, place, aside);
    if (near.length === 0) return;
    row.rows = 0;
    writeRow(row, s, times, i, place, aside);
    for (let n = 0; n < near.length; n++) near[n].segment(this.view);
  }
}
