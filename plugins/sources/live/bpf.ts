/**
 * Classic BPF programs (bpf(4); Linux's filter.txt), eight octets an
 * instruction: code, jump if true, jump if false, operand. libpcap writes them
 * in the byte order of the machine.
 */
import { endianness } from 'node:os';

const INSTRUCTION = 8;
/** BPF_RET | BPF_K: how many bytes of the packet to take, 0 for none. */
const RETURN = 0x06;
/** BPF_JMP | BPF_JA: over so many instructions. */
const JUMP = 0x05;

/** Takes what `first` takes, and else what `second` takes. */
export function either(first: Uint8Array, second: Uint8Array): Uint8Array {
  return chain(first, second, (taken) => taken === 0);
}

/** Takes what both take. */
export function both(first: Uint8Array, second: Uint8Array): Uint8Array {
  return chain(first, second, (taken) => taken !== 0);
}

/**
 * Programs in a row, whereas filters' texts can't be joined: `vlan` in one
 * would shift all that the other looks at.
 */
function chain(
  first: Uint8Array,
  second: Uint8Array,
  goesOn: (taken: number) => boolean,
): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  const view = new DataView(joined.buffer);
  const little = endianness() === 'LE';
  for (let at = 0; at < first.length; at += INSTRUCTION) {
    if (view.getUint16(at, little) !== RETURN || !goesOn(view.getUint32(at + 4, little))) continue;
    view.setUint16(at, JUMP, little);
    view.setUint32(at + 4, (first.length - at) / INSTRUCTION - 1, little);
  }
  return joined;
}
