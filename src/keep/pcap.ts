/** pcap, written (draft-ietf-opsawg-pcap): one link type, one resolution. */
import type { CaptureInterface, FrameBatch } from '../plugin/api.ts';
import { linkTypeName } from '../wire/link-type-names.ts';
import type { ByteBuffer } from './byte-buffer.ts';
import { SNAP_LENGTH, type FrameEncoder } from './encoder.ts';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;

export class PcapEncoder implements FrameEncoder {
  readonly #out: ByteBuffer;
  #first: CaptureInterface | undefined;

  /** The file header waits for the first frame. */
  constructor(out: ByteBuffer) {
    this.#out = out;
  }

  /** @throws Error with exit code 2 where another link type comes than at first */
  frame(batch: FrameBatch, i: number, place: CaptureInterface): void {
    this.#first ??= this.#begin(place);
    const { linkType, finer } = this.#first;
    if (place.linkType !== linkType) {
      const types = `${linkTypeName(linkType)} and ${linkTypeName(place.linkType)}`;
      const message = `frames of several link types (${types}) don't go into one pcap file: name it .pcapng`;
      throw Object.assign(new Error(message), { exitCode: 2 });
    }
    const length = batch.captured[i];
    const at = this.#out.room(16 + length);
    const { view, bytes } = this.#out;
    const micros = Math.max(0, batch.time[i]);
    const seconds = Math.floor(micros / 1e6);
    const rest = micros - seconds * 1e6;
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, finer === true ? rest * 1000 + (batch.nanos?.[i] ?? 0) : rest, true);
    view.setUint32(at + 8, length, true);
    view.setUint32(at + 12, batch.wire[i], true);
    const start = batch.offset[i];
    bytes.set(batch.bytes.subarray(start, start + length), at + 16);
  }

  #begin(place: CaptureInterface): CaptureInterface {
    const at = this.#out.room(24);
    const { view } = this.#out;
    view.setUint32(at, place.finer === true ? NANOSECONDS : MICROSECONDS, true);
    view.setUint16(at + 4, 2, true);
    view.setUint16(at + 6, 4, true);
    view.setUint32(at + 16, SNAP_LENGTH, true);
    view.setUint32(at + 20, place.linkType, true);
    return place;
  }
}
