/** Writes capture files: libpcap with microseconds or nanoseconds, and pcapng. */

export type CaptureFormat = 'pcap' | 'pcap-nanoseconds' | 'pcapng';

export interface CaptureWriterOptions {
  readonly format: CaptureFormat;
  /** LINKTYPE_ value. */
  readonly linkType: number;
  /** Bytes kept of each frame. */
  readonly snapLength: number;
  /** The capture filter, told in pcapng's if_filter option. */
  readonly filter?: string;
}

// draft-ietf-opsawg-pcap, section 4; draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const OPTION_IF_FILTER = 11;

/** Little-endian throughout. */
export class CaptureWriter {
  readonly #options: CaptureWriterOptions;
  #bytes = new Uint8Array(1 << 16);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  packets = 0;

  constructor(options: CaptureWriterOptions) {
    this.#options = options;
    if (options.format === 'pcapng') this.#pcapngStart();
    else this.#pcapStart();
  }

  /** `time` in microseconds since 1970. */
  write(time: number, frame: Uint8Array): void {
    this.packets++;
    const kept = Math.min(frame.length, this.#options.snapLength);
    if (this.#options.format === 'pcapng') {
      const padded = (kept + 3) & ~3;
      const total = 32 + padded;
      this.#block(ENHANCED_PACKET, total, () => {
        this.#u32(0);
        this.#u32(Math.floor(time / 0x100000000));
        this.#u32(time % 0x100000000);
        this.#u32(kept);
        this.#u32(frame.length);
        this.#raw(frame, kept, padded);
      });
      return;
    }
    const fraction = time % 1e6;
    this.#reserve(16 + kept);
    this.#u32(Math.floor(time / 1e6));
    this.#u32(this.#options.format === 'pcap' ? fraction : fraction * 1000);
    this.#u32(kept);
    this.#u32(frame.length);
    this.#raw(frame, kept, kept);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #pcapStart(): void {
    const nanoseconds = this.#options.format === 'pcap-nanoseconds';
    this.#u32(nanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS);
    this.#u16(2);
    this.#u16(4);
    this.#u32(0);
    this.#u32(0);
    this.#u32(this.#options.snapLength);
    this.#u32(this.#options.linkType);
  }

  #pcapngStart(): void {
    this.#block(SECTION_HEADER, 28, () => {
      this.#u32(0x1a2b3c4d);
      this.#u16(1);
      this.#u16(0);
      this.#u32(0xffffffff);
      this.#u32(0xffffffff);
    });
    // if_filter's first byte says "a filter string" (0).
    const text = new TextEncoder().encode(`\0${this.#options.filter ?? ''}`);
    const padded = (text.length + 3) & ~3;
    const withFilter = this.#options.filter !== undefined;
    this.#block(INTERFACE_DESCRIPTION, withFilter ? 28 + padded : 20, () => {
      this.#u16(this.#options.linkType);
      this.#u16(0);
      this.#u32(this.#options.snapLength);
      if (!withFilter) return;
      this.#u16(OPTION_IF_FILTER);
      this.#u16(text.length);
      this.#raw(text, text.length, padded);
      this.#u32(0);
    });
  }

  #block(type: number, total: number, body: () => void): void {
    this.#reserve(total);
    this.#u32(type);
    this.#u32(total);
    body();
    this.#u32(total);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #u16(value: number): void {
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  #raw(bytes: Uint8Array, kept: number, padded: number): void {
    this.#bytes.set(bytes.subarray(0, kept), this.#length);
    this.#bytes.fill(0, this.#length + kept, this.#length + padded);
    this.#length += padded;
  }
}
