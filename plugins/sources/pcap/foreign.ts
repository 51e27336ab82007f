/** What it looks like, and what to do about it. */
export interface Foreign {
  readonly looksLike: string;
  /** Goes behind "looks like X; "; FILE stands for the file's name. */
  readonly advice: string;
}

const CONVERT = 'convert it with: editcap -F pcapng FILE out.pcapng';

function unpack(tool: string): string {
  return `unpack it first: ${tool} -dc FILE | unackd read -`;
}

/** Where each begins (byte 0 unless said), in latin1. */
const MAGICS: readonly (readonly [
  magic: string,
  looksLike: string,
  advice: string,
  at?: number,
])[] = [
  ['snoop\0\0\0', 'a Solaris snoop capture', CONVERT],
  ['RTSS', 'a Microsoft Network Monitor 1 capture', CONVERT],
  ['GMBU', 'a Microsoft Network Monitor 2 capture', CONVERT],
  ['iptrace ', 'an AIX iptrace capture', CONVERT],
  ['TRSNIFF data', 'a Network General Sniffer capture', CONVERT],
  ['XCP\0', 'a Sniffer for Windows (NetXray) capture', CONVERT],
  ['\u001c\0\u0001\u00ac', 'an Ixia capture', CONVERT],
  ['\u001c\0\u0001\u00ab', 'an Ixia capture', CONVERT],
  ['\u00ac\u0001\0\u001c', 'an Ixia capture', CONVERT],
  ['\u00ab\u0001\0\u001c', 'an Ixia capture', CONVERT],
  ['btsnoop\0', 'a Bluetooth capture', 'there is no TCP in it'],
  ['\u00fd7zXZ\0', 'xz data', unpack('xz')],
  ['BZh', 'bzip2 data', unpack('bzip2')],
  ['\u0004"M\u0018', 'lz4 data', unpack('lz4')],
  ['LZIP', 'lzip data', unpack('lzip')],
  ['\u001f\u009d', 'compress (.Z) data', unpack('gzip')],
  ['PK\u0003\u0004', 'a zip archive', 'unpack it first: unzip -p FILE | unackd read -'],
  ['7z\u00bc\u00af', 'a 7-Zip archive', 'unpack it first: 7z x -so FILE | unackd read -'],
  ['ustar', 'a tar archive', 'unpack it first: tar -xOf FILE | unackd read -', 257],
];

const TEXT_PATTERNS: readonly (readonly [RegExp, string, string])[] = [
  [/^\s*<(?:!doctype html|html|head|body)/iu, 'an HTML page', 'download the capture file itself'],
  [/^\s*<\?xml[^]*<(?:pdml|psml)/iu, 'tshark XML output', 'give the capture it was made from'],
  [
    /^(?:\d{4}-\d\d-\d\d )?(?:\d\d:\d\d:\d\d\.\d+|\d{9,}\.\d+) (?:IP6?|ARP|[0-9a-f]{2}:)/u,
    'the text output of tcpdump',
    'capture to a file with: tcpdump -w FILE',
  ],
  [
    /^(?:tcpdump: |reading from file )/u,
    'the text output of tcpdump',
    'capture to a file with: tcpdump -w FILE',
  ],
  [
    /^\s*\d+\s+\d+\.\d+\s+\S+\s+(?:→|->)\s/u,
    'the text output of tshark',
    'capture to a file with: tshark -w FILE',
  ],
  [
    /^(?:0x)?0000:?\s+(?:[0-9a-f]{2,4}\s+){4}/iu,
    'a hex dump',
    'convert it with: text2pcap FILE out.pcap',
  ],
  [/^\s*[[{]/u, 'JSON', 'give the capture it was made from'],
];

/**
 * Endace ERF has no magic: a record begins with a little-endian 32.32 time,
 * type, flags, and the record's length in big endian. Three in a row, or all
 * that there are, with years 1990 to 2040 convince.
 */
function isErf(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let records = 0; records < 3; records++) {
    if (records > 0 && at === bytes.length) return true;
    if (at + 16 > bytes.length) return false;
    const seconds = view.getUint32(at + 4, true);
    const type = bytes[at + 8] & 0x7f;
    const length = view.getUint16(at + 10);
    if (seconds < 631152000 || seconds > 2208988800) return false;
    if (type < 1 || type > 48 || length < 16) return false;
    at += length;
  }
  return true;
}

/** UTF-8 without control characters but white space and escape; the last character may be cut. */
function textOf(head: Uint8Array): string | null {
  if (head.some((byte) => byte < 0x20 && (byte < 0x07 || byte > 0x0d) && byte !== 0x1b))
    return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
}

/** Names what is no capture that can be read here, from its first bytes. */
export function recognise(bytes: Uint8Array): Foreign | null {
  const head = bytes.subarray(0, 1024);
  const latin = Buffer.from(head).toString('latin1');
  for (const [magic, looksLike, advice, at] of MAGICS) {
    if (latin.startsWith(magic, at)) return { looksLike, advice };
  }
  if (isErf(bytes)) return { looksLike: 'an Endace ERF capture', advice: CONVERT };
  if (head.every((byte) => byte === 0)) {
    return { looksLike: 'a file of zero bytes', advice: 'it was never written; capture again' };
  }
  const text = textOf(head);
  if (text === null) return null;
  for (const [pattern, looksLike, advice] of TEXT_PATTERNS) {
    if (pattern.test(text)) return { looksLike, advice };
  }
  return { looksLike: 'text', advice: 'give a capture file (pcap or pcapng)' };
}
