import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

export const FIN = 0x01;
export const SYN = 0x02;
export const ACK = 0x10;

/** pcap's record header; Ethernet II, IPv4 and TCP without options. */
const RECORD = 16;
const HEADERS = 14 + 20 + 20;
const FILE_HEADER = 24;
const WINDOW = 0xffff;

/** Sum of an IPv4 address's halves, for checksums. */
function halves(address: number): number {
  return (address >>> 16) + (address & 0xffff);
}

function complement(sum: number): number {
  let folded = (sum & 0xffff) + Math.floor(sum / 0x10000);
  folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

/**
 * Writes a pcap file (microseconds, little endian, Ethernet) of TCP segments
 * over IPv4, all of one frame length: so each record has its place in the
 * buffer, and what stays the same is written once.
 */
export class PcapWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #frame: number;
  /** Bytes of TCP data in a segment that carries any. */
  readonly #data: number;
  /** The checksum's part that data adds. */
  readonly #dataSum: number;
  #at = 0;

  /**
   * @param frame bytes of each frame
   * @param data  bytes of TCP data in plain ACKs; what is left of a frame is Ethernet padding
   */
  constructor(path: string, frame: number, data: number) {
    this.#path = path;
    this.#file = openSync(`${path}.part`, 'w');
    this.#frame = frame;
    this.#data = data;
    const record = RECORD + frame;
    this.#bytes = new Uint8Array(record * Math.ceil((1 << 20) / record));
    this.#view = new DataView(this.#bytes.buffer);
    for (let at = 0; at < this.#bytes.length; at += record) this.#writeConstants(at);
    this.#dataSum = this.#sumOfData();
    this.#writeFileHeader();
  }

  /** @param time microseconds since the epoch; addresses as 32-bit numbers */
  segment(
    time: number,
    source: number,
    sourcePort: number,
    target: number,
    targetPort: number,
    seq: number,
    ack: number,
    flags: number,
  ): void {
    const view = this.#view;
    const at = this.#at;
    const seconds = Math.floor(time / 1e6);
    view.setUint32(at, seconds, true);
    view.setUint32(at + 4, time - seconds * 1e6, true);
    const ip = at + RECORD + 14;
    const addresses = halves(source) + halves(target);
    const data = flags === ACK ? this.#data : 0;
    const ipLength = 40 + data;
    view.setUint16(ip + 2, ipLength);
    view.setUint16(ip + 10, complement(0x4500 + ipLength + 0x4000 + 0x4006 + addresses));
    view.setUint32(ip + 12, source);
    view.setUint32(ip + 16, target);
    const tcp = ip + 20;
    view.setUint16(tcp, sourcePort);
    view.setUint16(tcp + 2, targetPort);
    view.setUint32(tcp + 4, seq);
    view.setUint32(tcp + 8, ack);
    this.#bytes[tcp + 13] = flags;
    const pseudo = addresses + 6 + 20 + data; // RFC 9293, 3.1: addresses, protocol, TCP length
    const fields = sourcePort + targetPort + halves(seq) + halves(ack) + 0x5000 + flags + WINDOW;
    const dataSum = data === 0 ? 0 : this.#dataSum;
    view.setUint16(tcp + 16, complement(pseudo + fields + dataSum));
    this.#at = at + RECORD + this.#frame;
    if (this.#at === this.#bytes.length) this.#flush();
  }

  /** The file has its name only when it is whole. */
  close(): void {
    this.#flush();
    closeSync(this.#file);
    renameSync(`${this.#path}.part`, this.#path);
  }

  #flush(): void {
    let written = 0;
    while (written < this.#at)
      written += writeSync(this.#file, this.#bytes, written, this.#at - written);
    this.#at = 0;
  }

  #writeFileHeader(): void {
    const header = new DataView(new ArrayBuffer(FILE_HEADER));
    header.setUint32(0, 0xa1b2c3d4, true);
    header.setUint16(4, 2, true);
    header.setUint16(6, 4, true);
    header.setUint32(16, 262_144, true); // snapshot length
    header.setUint32(20, 1, true); // LINKTYPE_ETHERNET
    writeSync(this.#file, header);
  }

  #writeConstants(at: number): void {
    const view = this.#view;
    view.setUint32(at + 8, this.#frame, true);
    view.setUint32(at + 12, this.#frame, true);
    const ethernet = at + RECORD;
    this.#bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0], ethernet);
    const ip = ethernet + 14;
    this.#bytes.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 0x40, 6], ip); // DF, TTL 64, TCP
    this.#bytes[ip + 20 + 12] = 0x50; // five words of header
    view.setUint16(ip + 20 + 14, WINDOW);
    for (let i = 0; i < this.#data; i++) this.#bytes[ethernet + HEADERS + i] = i & 0xff;
  }

  #sumOfData(): number {
    let sum = 0;
    for (let i = 0; i < this.#data; i++) sum += i % 2 === 0 ? (i & 0xff) << 8 : i & 0xff;
    return sum;
  }
}

/** Bytes of a file with that many frames of that length. */
export function pcapSize(packets: number, frame: number): number {
  return FILE_HEADER + packets * (RECORD + frame);
}
