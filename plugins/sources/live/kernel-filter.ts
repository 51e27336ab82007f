/**
 * What the kernel lets through: SYN, SYN-ACK, RST, FIN and ICMP errors. The rest
 * of the traffic, data and bare ACKs, costs next to nothing behind it.
 */
import type { Pointer } from './koffi.ts';
import type { Libpcap } from './libpcap.ts';
import { both, either } from './bpf.ts';

const LINKTYPE_ETHERNET = 1;

/** Flags FIN, SYN and RST: octet 13 of the TCP header (RFC 9293), behind IPv6's 40 octets the 53rd. */
const TCP = '(tcp[13]&7!=0) or (ip6[6]=6 and ip6[53]&7!=0)';

/**
 * IPv6 with extension headers, in which libpcap finds no TCP flags: the first
 * fragments of such segments (44), and whatever else there is behind hop-by-hop
 * options (0), routing (43), authentication (51) and destination options (60).
 */
const EXTENSIONS =
  '(ip6[6]=44 and ip6[42:2]&0xfff8=0 and ip6[40]=6 and ip6[61]&7!=0) or ip6[6]=0 or ip6[6]=43 or ip6[6]=51 or ip6[6]=60';

/** Destination unreachable, time exceeded, parameter problem (RFC 792, RFC 4443). */
const ICMP_ERRORS =
  '(icmp[0]=3 or icmp[0]=11 or icmp[0]=12) or (ip6[6]=58 and (ip6[40]=1 or ip6[40]=3 or ip6[40]=4))';

const HANDSHAKES = `${TCP} or ${ICMP_ERRORS} or ${EXTENSIONS}`;

/** Also behind one VLAN tag or two. `vlan` comes last: it shifts all that follows it. */
function alsoTagged(filter: string): string {
  return `(${filter}) or (vlan and ((${filter}) or (vlan and (${filter}))))`;
}

/** As the filter would be written for people; analysers judge by it what the capture can show. */
export function shownFilter(users: string | undefined): string {
  return users === undefined ? 'tcp or icmp or icmp6' : `(tcp and (${users})) or icmp or icmp6`;
}

/**
 * The kernel's program on this handle. The user's filter holds for TCP; ICMP
 * errors pass whatever it says.
 * @returns libpcap's words where the user's filter is wrong
 */
export function kernelProgram(
  libpcap: Libpcap,
  handle: Pointer,
  users: string | undefined,
): Uint8Array | string {
  const handshakes = own(libpcap, handle, HANDSHAKES);
  if (users === undefined) return handshakes;
  const chosen = libpcap.compile(handle, users);
  if (typeof chosen === 'string') return chosen;
  return either(own(libpcap, handle, ICMP_ERRORS), both(handshakes, chosen));
}

/** Whether no ICMP packet at all would pass the user's filter: then libpcap's optimiser finds that out. */
export function hidesIcmp(libpcap: Libpcap, handle: Pointer, users: string): boolean {
  return ['icmp', 'icmp6'].every((protocol) => {
    const answer = libpcap.compile(handle, `(${users}) and ${protocol}`);
    return typeof answer === 'string' && answer.includes('rejects all packets');
  });
}

function own(libpcap: Libpcap, handle: Pointer, filter: string): Uint8Array {
  // libpcap knows tags on Ethernet only; elsewhere the kernel has taken them off.
  const tagged = libpcap.linkType(handle) === LINKTYPE_ETHERNET;
  const program = libpcap.compile(handle, tagged ? alsoTagged(filter) : filter);
  if (typeof program === 'string') {
    throw new Error(`libpcap ${libpcap.version} does not take unackd's own filter: ${program}`);
  }
  return program;
}
