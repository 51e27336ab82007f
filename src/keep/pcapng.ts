/** pcapng, written (draft-ietf-opsawg-pcapng): one section, its interfaces as they come. */
import { HIDES_ACKS, type CaptureInterface, type FrameBatch } from '../plugin/api.ts';
import { version } from '../version.ts';
import type { ByteBuffer } from './byte-buffer.ts';
import { SNAP_LENGTH, type FrameEncoder } from './encoder.ts';

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;

const OPT_COMMENT = 1;
const SHB_USERAPPL = 4;
const IF_NAME = 2;
const IF_TSRESOL = 9;
const IF_FILTER = 11;

/** Type, length, and the length again at the end. */
const AROUND = 12;

interface Option {
  readonly code: number;
  readonly value: Uint8Array;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export class PcapngEncoder implements FrameEncoder {
  readonly #out: ByteBuffer;
  /** An interface is described before its first frame. */
  readonly #ids = new Map<CaptureInterface, number>();

  /** Begins the section. */
  constructor(out: ByteBuffer) {
    this.#out = out;
    const options = [{ code: SHB_USERAPPL, value: text(`unackd ${version}`) }];
    const body = this.#block(SECTION_HEADER, 16, options);
    const { view } = out;
    view.setUint32(body, BYTE_ORDER_MAGIC, true);
    view.setUint16(body + 4, 1, true);
    // The section's length: not known.
    view.setBigInt64(body + 8, -1n, true);
  }

  frame(batch: FrameBatch, i: number, place: CaptureInterface): void {
    const id = this.#ids.get(place) ?? this.#describe(place);
    const length = batch.captured[i];
    const body = this.#block(ENHANCED_PACKET, 20 + padded(length), []);
    const { view, bytes } = this.#out;
    const micros = Math.max(0, batch.time[i]);
    view.setUint32(body, id, true);
    if (place.finer === true) {
      const units = BigInt(micros) * 1000n + BigInt(batch.nanos?.[i] ?? 0);
      view.setUint32(body + 4, Number(units >> 32n), true);
      view.setUint32(body + 8, Number(units & 0xffffffffn), true);
    } else {
      view.setUint32(body + 4, Math.floor(micros / 2 ** 32), true);
      view.setUint32(body + 8, micros % 2 ** 32, true);
    }
    view.setUint32(body + 12, length, true);
    view.setUint32(body + 16, batch.wire[i], true);
    const start = batch.offset[i];
    bytes.set(batch.bytes.subarray(start, start + length), body + 20);
  }

  #describe(place: CaptureInterface): number {
    const id = this.#ids.size;
    this.#ids.set(place, id);
    const options: Option[] = [{ code: IF_NAME, value: text(place.name) }];
    options.push({ code: IF_TSRESOL, value: Uint8Array.of(place.finer === true ? 9 : 6) });
    // A first octet of 0: the filter as text.
    if (place.filter !== null) options.push({ code: IF_FILTER, value: text(`\0${place.filter}`) });
    if (place.hidesAcks === true) options.push({ code: OPT_COMMENT, value: text(HIDES_ACKS) });
    const body = this.#block(INTERFACE_DESCRIPTION, 8, options);
    const { view } = this.#out;
    view.setUint16(body, place.linkType, true);
    // libpcap reads no file whose interfaces have different ones.
    view.setUint32(body + 4, SNAP_LENGTH, true);
    return id;
  }

  /** A block with its lengths and options. @returns where its body begins, which is all 0 */
  #block(type: number, size: number, options: readonly Option[]): number {
    let more = options.length === 0 ? 0 : 4;
    for (const { value } of options) more += 4 + padded(value.length);
    const total = AROUND + size + more;
    const at = this.#out.room(total);
    const { view, bytes } = this.#out;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, total, true);
    view.setUint32(at + total - 4, total, true);
    let next = at + 8 + size;
    for (const { code, value } of options) {
      view.setUint16(next, code, true);
      view.setUint16(next + 2, value.length, true);
      bytes.set(value, next + 4);
      next += 4 + padded(value.length);
    }
    return at + 8;
  }
}
