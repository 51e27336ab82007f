/** The functions of libpcap that are used, as pcap(3PCAP) has them. */
import { InputError } from 'unackd';
import { loadKoffi } from './koffi.ts';
import type { Koffi, Pointer } from './koffi.ts';

/** With its soname everywhere but on Debian and its kin, who kept the one of 1999. */
const NAMES = ['libpcap.so.1', 'libpcap.so.0.8', 'libpcap.so'];

/** PCAP_ERRBUF_SIZE */
const ERROR_SIZE = 256;

/** PCAP_NETMASK_UNKNOWN: only `ip broadcast` asks for it. */
const NETMASK_UNKNOWN = 0xffffffff;

/** `struct bpf_program` */
interface Program {
  bf_len: number;
  bf_insns: Pointer | Uint8Array;
}

/** Buffers are filled by the C side; a handle must not be used after `close`. */
export interface Libpcap {
  /** Such as `1.10.3`. */
  readonly version: string;
  /** @returns `null` with the reason in `error` */
  create(name: string, error: Uint8Array): Pointer | null;
  /** A handle that captures nothing, to compile filters for. */
  openDead(linkType: number, snapLength: number): Pointer;
  setSnapLength(handle: Pointer, bytes: number): number;
  setBufferSize(handle: Pointer, bytes: number): number;
  setPromiscuous(handle: Pointer, on: number): number;
  setTimeout(handle: Pointer, milliseconds: number): number;
  setNonBlocking(handle: Pointer, on: number, error: Uint8Array): number;
  activate(handle: Pointer): number;
  error(handle: Pointer): string;
  linkType(handle: Pointer): number;
  setLinkType(handle: Pointer, linkType: number): number;
  selectableFd(handle: Pointer): number;
  /** @returns instructions of 8 octets each, a copy; or the reason why not */
  compile(handle: Pointer, filter: string): Uint8Array | string;
  setFilter(handle: Pointer, instructions: Uint8Array): number;
  /** pcap_dump itself is the callback: no JavaScript runs for a packet. */
  dispatch(handle: Pointer, most: number, dumper: Pointer): number;
  /** Fills three 32-bit words: received, dropped by the kernel, dropped by the interface. */
  stats(handle: Pointer, counts: Uint32Array): number;
  dumpTo(handle: Pointer, file: Pointer): Pointer | null;
  /** Bytes written so far, buffered ones too. */
  dumped(dumper: Pointer): number;
  closeDump(dumper: Pointer): void;
  close(handle: Pointer): void;
}

let loaded: Libpcap | undefined;

/** @throws InputError 66 where libpcap, or what calls it, is not there */
export function loadLibpcap(): Libpcap {
  loaded ??= bind();
  return loaded;
}

/** What C wrote into an error buffer. */
export function errorText(buffer: Uint8Array): string {
  const end = buffer.indexOf(0);
  return new TextDecoder().decode(buffer.subarray(0, end === -1 ? undefined : end));
}

export function errorBuffer(): Uint8Array {
  return new Uint8Array(ERROR_SIZE);
}

function bind(): Libpcap {
  const koffi = loadCaller();
  const library = open(koffi);
  koffi.struct('bpf_program', { bf_len: 'unsigned int', bf_insns: 'void *' });
  const compile: (p: Pointer, out: object, text: string, optimise: number, mask: number) => number =
    library.func('int pcap_compile(void *, _Out_ bpf_program *, const char *, int, uint32_t)');
  const freeCode: (program: Program) => void = library.func('void pcap_freecode(bpf_program *)');
  const setFilter: (p: Pointer, program: Program) => number = library.func(
    'int pcap_setfilter(void *, bpf_program *)',
  );
  const dispatch: (p: Pointer, most: number, callback: unknown, dumper: Pointer) => number =
    library.func('int pcap_dispatch(void *, int, void *, void *)');
  const dump: unknown = library.symbol('pcap_dump');
  const about: () => string = library.func('const char *pcap_lib_version()');
  const error: Libpcap['error'] = library.func('const char *pcap_geterr(void *)');
  return {
    version: /\d+(?:\.\d+)+/u.exec(about())?.[0] ?? about(),
    create: library.func('void *pcap_create(const char *, void *)'),
    openDead: library.func('void *pcap_open_dead(int, int)'),
    setSnapLength: library.func('int pcap_set_snaplen(void *, int)'),
    setBufferSize: library.func('int pcap_set_buffer_size(void *, int)'),
    setPromiscuous: library.func('int pcap_set_promisc(void *, int)'),
    setTimeout: library.func('int pcap_set_timeout(void *, int)'),
    setNonBlocking: library.func('int pcap_setnonblock(void *, int, void *)'),
    activate: library.func('int pcap_activate(void *)'),
    error,
    linkType: library.func('int pcap_datalink(void *)'),
    setLinkType: library.func('int pcap_set_datalink(void *, int)'),
    selectableFd: library.func('int pcap_get_selectable_fd(void *)'),
    compile: (handle, filter) => {
      const program: Program = { bf_len: 0, bf_insns: 0n };
      if (compile(handle, program, filter, 1, NETMASK_UNKNOWN) !== 0) return error(handle);
      const { bf_len: length, bf_insns: at } = program;
      const copy = new Uint8Array(koffi.view(at, length * 8)).slice();
      freeCode(program);
      return copy;
    },
    setFilter: (handle, instructions) =>
      setFilter(handle, { bf_len: instructions.length / 8, bf_insns: instructions }),
    dispatch: (handle, most, dumper) => dispatch(handle, most, dump, dumper),
    stats: library.func('int pcap_stats(void *, void *)'),
    dumpTo: library.func('void *pcap_dump_fopen(void *, void *)'),
    dumped: library.func('long pcap_dump_ftell(void *)'),
    closeDump: library.func('void pcap_dump_close(void *)'),
    close: library.func('void pcap_close(void *)'),
  };
}

function loadCaller(): Koffi {
  try {
    return loadKoffi();
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new InputError(66, `live capture does not work on this machine: koffi: ${why}`);
  }
}

function open(koffi: Koffi): ReturnType<Koffi['load']> {
  for (const name of NAMES) {
    try {
      return koffi.load(name);
    } catch {
      // The next name; the message below says what to do about none.
    }
  }
  throw new InputError(
    66,
    'libpcap is not installed: install libpcap0.8 (Debian, Ubuntu) or libpcap (Fedora, Alpine, Arch)',
  );
}
