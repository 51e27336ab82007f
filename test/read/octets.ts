/** Captures made by hand. */

/** A pcap file's header: little-endian, microseconds, version 2.4. */
export function pcapHeader(linkType: number): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, 65_535, true);
  view.setUint32(20, linkType, true);
  return bytes;
}

/** One frame in its record; `time` in microseconds. */
export function pcapRecord(time: number, frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + frame.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(time / 1e6), true);
  view.setUint32(4, time % 1e6, true);
  view.setUint32(8, frame.length, true);
  view.setUint32(12, frame.length, true);
  bytes.set(frame, 16);
  return bytes;
}

export interface PcapFrame {
  /** Microseconds. */
  readonly time: number;
  readonly bytes: Uint8Array;
}

/** The link type and frames of a classic little-endian pcap with microseconds. */
export function parsePcap(file: Uint8Array): { linkType: number; frames: PcapFrame[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const frames: PcapFrame[] = [];
  for (let at = 24; at < file.length;) {
    const length = view.getUint32(at + 8, true);
    frames.push({
      time: view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true),
      bytes: file.subarray(at + 16, at + 16 + length),
    });
    at += 16 + length;
  }
  return { linkType: view.getUint32(20, true), frames };
}

/** A classic pcap of these frames. */
export function pcapOf(linkType: number, frames: readonly PcapFrame[]): Uint8Array {
  return Buffer.concat([
    pcapHeader(linkType),
    ...frames.map(({ time, bytes }) => pcapRecord(time, bytes)),
  ]);
}

/** A pcapng block of this type around a body. */
function block(type: number, body: Uint8Array): Uint8Array {
  const padded = Math.ceil(body.length / 4) * 4;
  const bytes = new Uint8Array(12 + padded);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, bytes.length, true);
  bytes.set(body, 8);
  view.setUint32(bytes.length - 4, bytes.length, true);
  return bytes;
}

/** The same frames as pcapng: one section, one interface with microseconds, enhanced packet blocks. */
export function pcapngOf(linkType: number, frames: readonly PcapFrame[]): Uint8Array {
  const section = new DataView(new ArrayBuffer(16));
  section.setUint32(0, 0x1a2b3c4d, true);
  section.setUint16(4, 1, true);
  section.setBigInt64(8, -1n, true);
  const place = new DataView(new ArrayBuffer(8));
  place.setUint16(0, linkType, true);
  const packets = frames.map(({ time, bytes }) => {
    const body = new Uint8Array(20 + bytes.length);
    const view = new DataView(body.buffer);
    view.setUint32(4, Math.floor(time / 2 ** 32), true);
    view.setUint32(8, time % 2 ** 32, true);
    view.setUint32(12, bytes.length, true);
    view.setUint32(16, bytes.length, true);
    body.set(bytes, 20);
    return block(6, body);
  });
  return Buffer.concat([
    block(0x0a0d0d0a, new Uint8Array(section.buffer)),
    block(1, new Uint8Array(place.buffer)),
    ...packets,
  ]);
}
