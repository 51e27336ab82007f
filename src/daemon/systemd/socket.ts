/** The datagrams of sd_notify(3). Node has no datagram sockets of Unix: the C library has. */
import { endianness } from 'node:os';
import { loadLibc } from '../../engine/registry.ts';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0x80002;
/** No SIGPIPE; and nothing here may hold up the event loop. */
const MSG_NOSIGNAL_DONTWAIT = 0x4040;
const EAGAIN = 11;
/** `sun_path` of sockaddr_un: unix(7). */
const PATH_MOST = 108;

export interface NotifySocket {
  /** @returns false where the receiver has no room by now: try again */
  send(text: string): boolean;
  close(): void;
}

/** @param address a path, or `@` and a name in the abstract name space */
function socketAddress(address: string): Uint8Array {
  const path = Buffer.from(address);
  if (path.length >= PATH_MOST) throw new Error(`a path of ${path.length} bytes is too long`);
  if (!/^[/@]./u.test(address)) throw new Error('neither a path nor an abstract name');
  const abstract = address.startsWith('@');
  if (abstract) path[0] = 0;
  // A path ends with 0; an abstract name is as long as it is.
  const whole = Buffer.alloc(2 + path.length + (abstract ? 0 : 1));
  if (endianness() === 'LE') whole.writeUInt16LE(AF_UNIX);
  else whole.writeUInt16BE(AF_UNIX);
  path.copy(whole, 2);
  return whole;
}

/** @throws where that is no address, or no socket can be made */
export function openNotifySocket(address: string): NotifySocket {
  const to = socketAddress(address);
  const libc = loadLibc();
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) throw new Error(`no socket: errno ${libc.errno()}`);
  return {
    send(text) {
      const data = Buffer.from(text);
      if (libc.sendto(fd, data, data.length, MSG_NOSIGNAL_DONTWAIT, to, to.length) >= 0)
        return true;
      const code = libc.errno();
      if (code === EAGAIN) return false;
      throw new Error(`nobody takes it: errno ${code}`);
    },
    close: () => void libc.close(fd),
  };
}
