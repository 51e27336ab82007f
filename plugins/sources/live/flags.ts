/** How an interface is, as netdevice(7) tells in this process's network namespace. */
import { endianness } from 'node:os';
import { loadLibc } from './libc.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0x80002;
const SIOCGIFFLAGS = 0x8913;
const IFNAMSIZ = 16;
/** `struct ifreq`: the name, then 24 octets of which the flags are the first two. */
const IFREQ_SIZE = 40;

const IFF_UP = 1;
const IFF_RUNNING = 0x40;

/** `no-carrier`: up, but no cable, no peer, no process behind it. */
export type LinkState = 'up' | 'no-carrier' | 'down' | 'absent';

/** Any socket would do; it is kept for the life of the process. */
let asking = -1;

/** @param name of one interface; `any` is always up */
export function linkState(name: string): LinkState {
  if (name === 'any') return 'up';
  if (Buffer.byteLength(name) >= IFNAMSIZ) return 'absent';
  const libc = loadLibc();
  if (asking < 0) asking = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  const request = Buffer.alloc(IFREQ_SIZE);
  request.write(name);
  if (libc.ioctl(asking, SIOCGIFFLAGS, request) < 0) return 'absent';
  const flags = new DataView(request.buffer, request.byteOffset).getUint16(
    IFNAMSIZ,
    endianness() === 'LE',
  );
  if ((flags & IFF_UP) === 0) return 'down';
  return (flags & IFF_RUNNING) === 0 ? 'no-carrier' : 'up';
}
