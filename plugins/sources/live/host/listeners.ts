/** Listening TCP sockets and their accept queues, by sock_diag(7): what `ss -ltnm` shows. */
import { endianness } from 'node:os';
import { loadLibc } from '../libc.ts';

export interface Listener {
  /** `0.0.0.0` and `::` are all addresses; `::` takes IPv4 too, unless its socket is of IPv6 only. */
  readonly ip: string;
  readonly port: number;
  /** Connections that wait to be accepted; the queue is full when it holds more than `limit`. */
  readonly queue: number;
  readonly limit: number;
  /** SYNs, and last ACKs of handshakes, that it dropped since it listens. */
  readonly drops: number;
}

const AF_NETLINK = 16;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_RAW_CLOEXEC_NONBLOCK = 0x80803;
const NETLINK_SOCK_DIAG = 4;
const SOCK_DIAG_BY_FAMILY = 20;
const NLM_F_REQUEST_DUMP = 0x301;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const IPPROTO_TCP = 6;
/** TCP_LISTEN's bit. */
const STATES = 1 << 10;
const INET_DIAG_SKMEMINFO = 7;
const SK_MEMINFO_DROPS = 8;

/** struct nlmsghdr, struct inet_diag_req_v2, struct inet_diag_msg: octets. */
const HEADER = 16;
const REQUEST = HEADER + 56;
const MESSAGE = 72;
const REPLY_MOST = 64 << 10;

/** Asked when first used: a start without live sources brings no node:os. */
const isLittle = (): boolean => endianness() === 'LE';

/** @throws Error where the kernel, or a sandbox, does not answer */
export function readListeners(): Listener[] {
  return [AF_INET, AF_INET6].flatMap((family) => dump(family));
}

function dump(family: number): Listener[] {
  const libc = loadLibc();
  const fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, NETLINK_SOCK_DIAG);
  if (fd < 0) throw new Error(`no netlink socket: errno ${libc.errno()}`);
  try {
    const request = requestFor(family);
    if (libc.send(fd, request, request.length, 0) < 0) {
      throw new Error(`sock_diag takes no request: errno ${libc.errno()}`);
    }
    const found: Listener[] = [];
    const reply = new Uint8Array(REPLY_MOST);
    for (let more = true; more;) {
      const got = libc.recv(fd, reply, reply.length, 0);
      if (got <= 0) throw new Error(`sock_diag does not answer: errno ${libc.errno()}`);
      more = take(new DataView(reply.buffer, 0, got), found);
    }
    return found;
  } finally {
    libc.close(fd);
  }
}

function requestFor(family: number): Uint8Array {
  const bytes = new Uint8Array(REQUEST);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, REQUEST, isLittle());
  view.setUint16(4, SOCK_DIAG_BY_FAMILY, isLittle());
  view.setUint16(6, NLM_F_REQUEST_DUMP, isLittle());
  bytes.set([family, IPPROTO_TCP, 1 << (INET_DIAG_SKMEMINFO - 1)], HEADER);
  view.setUint32(HEADER + 4, STATES, isLittle());
  return bytes;
}

/** One datagram of messages. @returns whether others follow */
function take(view: DataView, into: Listener[]): boolean {
  for (let at = 0; at + HEADER <= view.byteLength;) {
    const length = view.getUint32(at, isLittle());
    const type = view.getUint16(at + 4, isLittle());
    if (type === NLMSG_DONE) return false;
    if (type === NLMSG_ERROR || length < HEADER) throw new Error('sock_diag refuses');
    into.push(listenerAt(view, at + HEADER, at + length));
    at += (length + 3) & ~3;
  }
  return true;
}

function listenerAt(view: DataView, at: number, end: number): Listener {
  const v6 = view.getUint8(at) === AF_INET6;
  return {
    ip: v6 ? text6(view, at + 8) : [0, 1, 2, 3].map((i) => view.getUint8(at + 8 + i)).join('.'),
    port: view.getUint16(at + 4),
    queue: view.getUint32(at + 56, isLittle()),
    limit: view.getUint32(at + 60, isLittle()),
    drops: dropsIn(view, at + MESSAGE, end),
  };
}

/** Not shortened but for the unspecified address: compared, never shown. */
function text6(view: DataView, at: number): string {
  const fields = Array.from({ length: 8 }, (_, i) => view.getUint16(at + 2 * i));
  return fields.every((field) => field === 0)
    ? '::'
    : fields.map((field) => field.toString(16)).join(':');
}

/** Behind the message stand attributes: length, type, data, padded to four octets. */
function dropsIn(view: DataView, from: number, end: number): number {
  for (let at = from; at + 4 <= end;) {
    const length = view.getUint16(at, isLittle());
    if (length < 4) break;
    const drops = at + 4 + 4 * SK_MEMINFO_DROPS;
    if (view.getUint16(at + 2, isLittle()) === INET_DIAG_SKMEMINFO && drops + 4 <= at + length) {
      return view.getUint32(drops, isLittle());
    }
    at += (length + 3) & ~3;
  }
  return 0;
}
