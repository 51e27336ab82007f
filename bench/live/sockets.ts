import { endianness } from 'node:os';
import { loadKoffi } from '../../plugins/sources/live/koffi.ts';

/** From Linux' <sys/socket.h>, <linux/if_packet.h>. */
const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOL_PACKET = 263;
const PACKET_QDISC_BYPASS = 20;

/** `struct mmsghdr` of 64-bit machines: a msghdr of 56 octets, then the length sent. */
const HEADER = 64;
const HEADER_VECTORS = 16;
const HEADER_VECTORS_COUNT = 24;
/** `struct iovec`: address and length. */
const VECTOR = 16;

const LITTLE = endianness() === 'LE';

/** A packet socket on one interface, with frames in memory of C's that are sent many at a time: sendmmsg(2). */
export class Sockets {
  readonly #fd: number;
  readonly #headers: bigint;
  readonly #vectors: DataView;
  readonly #frames: DataView[];
  readonly #sendmmsg: (fd: number, headers: bigint, count: number, flags: number) => number;
  readonly #close: (fd: number) => number;
  readonly #errno: () => number;

  /**
   * @param count frames at most in one call
   * @param size octets of each at most
   * @throws Error where there is no such interface, or no right to it
   */
  constructor(name: string, count: number, size: number) {
    const koffi = loadKoffi();
    const libc = koffi.load(null);
    const socket: (domain: number, type: number, protocol: number) => number = libc.func(
      'int socket(int, int, int)',
    );
    const bind: (fd: number, address: Uint8Array, length: number) => number = libc.func(
      'int bind(int, void *, unsigned int)',
    );
    const setOption: (
      fd: number,
      level: number,
      option: number,
      value: Uint32Array,
      length: number,
    ) => number = libc.func('int setsockopt(int, int, int, void *, unsigned int)');
    const indexOf: (interfaceName: string) => number = libc.func(
      'unsigned int if_nametoindex(const char *)',
    );
    this.#sendmmsg = libc.func('int sendmmsg(int, void *, unsigned int, int)');
    this.#close = libc.func('int close(int)');
    this.#errno = () => koffi.errno();

    const index = indexOf(name);
    if (index === 0) throw new Error(`there is no interface ${name}`);
    // Protocol 0: it receives nothing.
    this.#fd = socket(AF_PACKET, SOCK_RAW, 0);
    if (this.#fd < 0) throw new Error(`no packet socket: errno ${koffi.errno()}`);
    // `struct sockaddr_ll`: family, protocol, index; the rest is in the frames.
    const address = new Uint8Array(20);
    const view = new DataView(address.buffer);
    view.setUint16(0, AF_PACKET, LITTLE);
    view.setInt32(4, index, LITTLE);
    if (bind(this.#fd, address, address.length) !== 0) {
      throw new Error(`${name}: bind: errno ${koffi.errno()}`);
    }
    setOption(this.#fd, SOL_PACKET, PACKET_QDISC_BYPASS, Uint32Array.of(1), 4);

    const memory = (octets: number): readonly [bigint, DataView] => {
      const at = koffi.address(koffi.alloc('uint8_t', octets));
      return [at, new DataView(koffi.view(at, octets))];
    };
    const [headersAt, headers] = memory(count * HEADER);
    const [vectorsAt, vectors] = memory(count * VECTOR);
    const [framesAt, frames] = memory(count * size);
    for (let i = 0; i < count; i++) {
      const header = i * HEADER;
      headers.setBigUint64(header + HEADER_VECTORS, vectorsAt + BigInt(i * VECTOR), LITTLE);
      headers.setBigUint64(header + HEADER_VECTORS_COUNT, 1n, LITTLE);
      vectors.setBigUint64(i * VECTOR, framesAt + BigInt(i * size), LITTLE);
    }
    this.#headers = headersAt;
    this.#vectors = vectors;
    this.#frames = Array.from(
      { length: count },
      (_, i) => new DataView(frames.buffer, i * size, size),
    );
  }

  frame(i: number): DataView {
    return this.#frames[i];
  }

  resize(i: number, octets: number): void {
    this.#vectors.setBigUint64(i * VECTOR + 8, BigInt(octets), LITTLE);
  }

  /** Sends the first `count` frames. @returns how many went out */
  send(count: number): number {
    const sent = this.#sendmmsg(this.#fd, this.#headers, count, 0);
    if (sent >= 0) return sent;
    const ENOBUFS = 105;
    if (this.#errno() === ENOBUFS) return 0;
    throw new Error(`sendmmsg: errno ${this.#errno()}`);
  }

  close(): void {
    this.#close(this.#fd);
  }
}
