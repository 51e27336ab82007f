/** What is used of the C library. Only Linux is thought of. */
import { loadKoffi } from './koffi.ts';
import type { Pointer } from './koffi.ts';

interface Libc {
  fmemopen(memory: Uint8Array, size: number, mode: string): Pointer | null;
  fflush(file: Pointer): number;
  rewind(file: Pointer): void;
  /** For interfaces' flags: see `flagsOf`. */
  socket(domain: number, type: number, protocol: number): number;
  send(fd: number, data: Uint8Array, length: number, flags: number): number;
  recv(fd: number, into: Uint8Array, length: number, flags: number): number;
  /** @param to a sockaddr */
  sendto(
    fd: number,
    data: Uint8Array,
    length: number,
    flags: number,
    to: Uint8Array,
    toLength: number,
  ): number;
  close(fd: number): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
  /** @returns the address of an array of `struct if_nameindex`, or `null` */
  if_nameindex(): Pointer | null;
  if_freenameindex(list: Pointer): void;
  /** @returns the address of a `struct passwd`, or `null` */
  getpwnam(name: string): Pointer | null;
  /** The C library sees to it that all threads change. */
  initgroups(user: string, gid: number): number;
  prctl(option: number, a: number, b?: number): number;
  capset(header: Uint32Array, data: Uint32Array): number;
  /** @param timex room for a `struct timex`; all zeros: nothing is set */
  adjtimex(timex: Uint8Array): number;
  /** @returns -1 where it fails */
  syscall(number: number, a: number, b: number, c: number): number;
  errno(): number;
}

let loaded: Libc | undefined;

export function loadLibc(): Libc {
  loaded ??= bind();
  return loaded;
}

function bind(): Libc {
  const koffi = loadKoffi();
  // The C library that this process has loaded already, whether glibc or musl.
  const library = koffi.load(null);
  const prctl: (option: number, a: number, b: number, c: number, d: number) => number =
    library.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  return {
    fmemopen: library.func('void *fmemopen(void *, size_t, const char *)'),
    fflush: library.func('int fflush(void *)'),
    rewind: library.func('void rewind(void *)'),
    socket: library.func('int socket(int, int, int)'),
    send: library.func('long send(int, void *, size_t, int)'),
    recv: library.func('long recv(int, void *, size_t, int)'),
    sendto: library.func('long sendto(int, void *, size_t, int, void *, unsigned int)'),
    close: library.func('int close(int)'),
    ioctl: library.func('int ioctl(int, unsigned long, void *)'),
    if_nameindex: library.func('void *if_nameindex()'),
    if_freenameindex: library.func('void if_freenameindex(void *)'),
    getpwnam: library.func('void *getpwnam(const char *)'),
    initgroups: library.func('int initgroups(const char *, unsigned int)'),
    prctl: (option, a, b = 0) => prctl(option, a, b, 0, 0),
    capset: library.func('int capset(void *, void *)'),
    adjtimex: library.func('int adjtimex(void *)'),
    syscall: library.func('long syscall(long, long, long, long)'),
    errno: () => koffi.errno(),
  };
}
