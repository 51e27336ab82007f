/**
 * Judges whether a capture filter hides ICMP errors about the TCP attempts that
 * it lets pass. The filter is run over two imagined packets: a SYN, and the
 * destination unreachable that answers it.
 */
import { FilterSyntax, FilterTokens } from './filter-tokens.ts';

/**
 * Whether a packet passes. `kin`: the error passes if the attempt does, as with
 * `host`. `unclear`: it takes more than the filter to tell.
 */
type Passing = 'yes' | 'no' | 'kin' | 'unclear';

interface Passes {
  readonly syn: Passing;
  readonly error: Passing;
}

type Version = 4 | 6;

const both = (passing: Passing): Passes => ({ syn: passing, error: passing });

function and(a: Passing, b: Passing): Passing {
  for (const passing of ['no', 'unclear', 'kin'] as const) {
    if (a === passing || b === passing) return passing;
  }
  return 'yes';
}

/** Either part lets the error pass; a part that lets no SYN pass brings no attempt that could miss its error. */
function errorOr(a: Passes, b: Passes): Passing {
  if (a.error === 'yes' || b.error === 'yes') return 'yes';
  if (a.error === b.error) return a.error;
  if (a.error === 'unclear' || b.error === 'unclear') return 'unclear';
  return (a.error === 'no' ? a : b).syn === 'no' ? 'kin' : 'unclear';
}

function or(a: Passes, b: Passes): Passes {
  let syn: Passing = 'kin';
  if (a.syn === 'yes' || b.syn === 'yes') syn = 'yes';
  else if (a.syn === 'no' && b.syn === 'no') syn = 'no';
  return { syn, error: errorOr(a, b) };
}

function inverse(passing: Passing): Passing {
  if (passing === 'yes') return 'no';
  return passing === 'no' ? 'yes' : passing;
}

interface Qualifiers {
  readonly protocol: string | undefined;
  readonly direction: string | undefined;
  readonly type: string;
}

const TRANSPORTS = ['tcp', 'udp', 'sctp'];
const OTHER_PROTOCOLS = 'arp rarp igmp igrp pim ah esp vrrp carp decnet stp iso'.split(' ');
const PROTOCOLS = [
  'ether',
  'link',
  'ip',
  'ip6',
  'icmp',
  'icmp6',
  ...TRANSPORTS,
  ...OTHER_PROTOCOLS,
];
const TYPES = ['host', 'net', 'port', 'portrange', 'proto', 'protochain', 'gateway'];
const ENCAPSULATIONS = ['vlan', 'mpls', 'pppoes', 'geneve', 'vxlan'];

/** IANA protocol numbers by the names that filters use. */
const NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmp6: 58,
  'ipv6-icmp': 58,
  sctp: 132,
  'icmp-unreach': 3,
  'icmp6-destinationunreach': 1,
};

function numberOf(word: string): number | undefined {
  const name = word.replace(/^\\/, '');
  if (/^(0x[\da-f]+|\d+)$/i.test(name)) return Number(name);
  return NUMBERS[name];
}

/** The bytes of the two packets that are known, by how a filter names them: SYN, error. */
const BYTES: Readonly<Record<string, readonly [number | undefined, number]>> = {
  'ip[9]': [6, 1],
  'icmp[0]': [undefined, 3],
  'icmp[icmptype]': [undefined, 3],
  'ip6[6]': [6, 58],
  'ip6[40]': [undefined, 1],
  'icmp6[0]': [undefined, 1],
  'icmp6[icmp6type]': [undefined, 1],
};

/** A comparison, as its text without spaces: `tcp[13]&2!=0`. */
function comparison(text: string, version: Version): Passes {
  if (/\btcp\[/.test(text)) return { syn: 'kin', error: 'no' };
  if (/\b(udp|sctp)\[/.test(text)) return both('no');
  const header = /\b(ip6?|icmp6?)\[/.exec(text)?.[1];
  if (header === undefined) return both('unclear'); // len, ether[...]
  if (header.endsWith('6') !== (version === 6)) return both('no');
  const [, byte, operator, word] = /^(\w+\[\w+\])(=|==|!=)([\w-]+)$/.exec(text) ?? [];
  const value = word === undefined ? undefined : numberOf(word);
  const known = byte === undefined || value === undefined ? undefined : BYTES[byte];
  const passes = (actual: number | undefined): Passing => {
    if (actual === undefined || known === undefined) return 'unclear';
    return (actual === value) === (operator !== '!=') ? 'yes' : 'no';
  };
  const syn = header.startsWith('icmp') ? 'no' : passes(known?.[0]);
  return { syn, error: passes(known?.[1]) };
}

/** A protocol that stands alone. */
function protocolAlone(protocol: string, version: Version): Passes {
  switch (protocol) {
    case 'ip':
      return both(version === 4 ? 'yes' : 'no');
    case 'ip6':
      return both(version === 6 ? 'yes' : 'no');
    case 'tcp':
      return { syn: 'yes', error: 'no' };
    case 'icmp':
      return { syn: 'no', error: version === 4 ? 'yes' : 'no' };
    case 'icmp6':
      return { syn: 'no', error: version === 6 ? 'yes' : 'no' };
    case 'ether':
    case 'link':
      throw new FilterSyntax('a link layer alone');
    default:
      return both('no');
  }
}

/** `ip proto 6`, `ether proto 0x86dd`. */
function byProtocol(id: string, protocol: string | undefined, version: Version): Passes {
  const number = numberOf(id);
  if (protocol === 'ether' || protocol === 'link') {
    const name = id.replace(/^\\/, '');
    if (name === 'ip' || number === 0x0800) return both(version === 4 ? 'yes' : 'no');
    if (name === 'ip6' || number === 0x86dd) return both(version === 6 ? 'yes' : 'no');
    return both(name === 'arp' || name === 'rarp' ? 'no' : 'unclear');
  }
  if (number === undefined) return both('unclear');
  if (protocol === (version === 4 ? 'ip6' : 'ip')) return both('no');
  const error = version === 4 ? 1 : 58;
  return { syn: number === 6 ? 'yes' : 'no', error: number === error ? 'yes' : 'no' };
}

/** `host 10.1.0.1`, `src net 10.0.0.0/8`. */
function byAddress(id: string, { protocol, direction }: Qualifiers, version: Version): Passes {
  const linkLayer = protocol === 'ether' || protocol === 'link';
  if (OTHER_PROTOCOLS.includes(protocol ?? '')) return both('no');
  if (!linkLayer) {
    if (protocol !== undefined && protocol !== 'ip' && protocol !== 'ip6') {
      throw new FilterSyntax(`${protocol} has no hosts`);
    }
    if (protocol === (version === 4 ? 'ip6' : 'ip')) return both('no');
    if (/^[\d.]+(\/\d+)?$/.test(id) && version === 6) return both('no');
    if (id.includes(':') && version === 4) return both('no');
  }
  // With `src` it depends on whose address it is, and on who sends the error.
  return { syn: 'kin', error: direction === undefined ? 'kin' : 'unclear' };
}

function primitive(id: string, q: Qualifiers, version: Version): Passes {
  if (!/^[\w\\:]/.test(id)) throw new FilterSyntax(`${id} is no name`);
  if (q.type === 'port' || q.type === 'portrange') {
    return { syn: q.protocol === 'udp' || q.protocol === 'sctp' ? 'no' : 'kin', error: 'no' };
  }
  if (q.type === 'proto' || q.type === 'protochain') return byProtocol(id, q.protocol, version);
  return byAddress(id, q, version);
}

class Reader {
  readonly #tokens: FilterTokens;
  readonly #version: Version;
  /** `port 80 or 443`: an id without qualifiers takes those before it. */
  #last: Qualifiers | undefined;

  constructor(filter: string, version: Version) {
    this.#tokens = new FilterTokens(filter);
    this.#version = version;
  }

  whole(): Passes {
    const passes = this.#expression();
    if (this.#tokens.peek() !== undefined) throw new FilterSyntax('more than an expression');
    return passes;
  }

  /** `and` and `or` bind alike, from left to right (pcap-filter(7)). */
  #expression(): Passes {
    let left = this.#term();
    for (;;) {
      if (this.#tokens.take('and', '&&')) {
        const right = this.#term();
        left = { syn: and(left.syn, right.syn), error: and(left.error, right.error) };
      } else if (this.#tokens.take('or', '||')) {
        left = or(left, this.#term());
      } else {
        return left;
      }
    }
  }

  #term(): Passes {
    if (this.#tokens.take('not', '!')) {
      const { syn, error } = this.#term();
      return { syn: inverse(syn), error: inverse(error) };
    }
    if (this.#tokens.atComparison()) return comparison(this.#tokens.comparison(), this.#version);
    if (this.#tokens.peek() === '(') return this.#group();
    return this.#primitive();
  }

  #group(): Passes {
    this.#tokens.next();
    const inner = this.#expression();
    if (!this.#tokens.take(')')) throw new FilterSyntax('bracket not closed');
    return inner;
  }

  #primitive(): Passes {
    const tokens = this.#tokens;
    if (tokens.take(...ENCAPSULATIONS)) {
      if (!tokens.atJoint()) tokens.next();
      return both('kin');
    }
    if (tokens.take('less', 'greater', 'ifname', 'on')) {
      tokens.next();
      return both('unclear');
    }
    if (tokens.take('inbound', 'outbound')) return both('unclear');
    const protocol = tokens.take(...PROTOCOLS);
    if (tokens.take('broadcast', 'multicast')) return both('no');
    const direction = this.#direction();
    const type = tokens.take(...TYPES);
    if (
      protocol !== undefined &&
      direction === undefined &&
      type === undefined &&
      tokens.atJoint()
    ) {
      return protocolAlone(protocol, this.#version);
    }
    if (protocol !== undefined || direction !== undefined || type !== undefined) {
      this.#last = { protocol, direction, type: type ?? 'host' };
    }
    if (tokens.peek() === '(') return this.#group();
    const qualifiers = this.#last;
    if (qualifiers === undefined) throw new FilterSyntax('an id without qualifiers');
    const passes = primitive(tokens.next(), qualifiers, this.#version);
    if (qualifiers.type === 'net' && tokens.take('mask')) tokens.next();
    return passes;
  }

  #direction(): string | undefined {
    const direction = this.#tokens.take('src', 'dst');
    if (direction === undefined) return undefined;
    const joint = this.#tokens.peek();
    if ((joint !== 'or' && joint !== 'and') || this.#tokens.peek(1) !== 'dst') return direction;
    this.#tokens.next();
    this.#tokens.next();
    return joint === 'or' ? undefined : 'src and dst';
  }
}

/** Longer filters are not read: nobody writes them by hand, and nesting costs stack. */
const LONGEST = 4000;

function hides(filter: string, version: Version): boolean | null {
  const { error } = new Reader(filter, version).whole();
  return error === 'unclear' ? null : error === 'no';
}

/**
 * Whether a filter in libpcap's language hides the ICMP errors that refuse the
 * attempts it shows; `null` where that can't be told.
 *
 * @param version 4 judges ICMP only, 6 ICMPv6; without it, a filter that shows
 *   one of them does not hide ICMP
 */
export function hidesIcmp(filter: string, version?: Version): boolean | null {
  if (filter.trim() === '') return false;
  if (filter.length > LONGEST) return null;
  try {
    if (version !== undefined) return hides(filter, version);
    const v4 = hides(filter, 4);
    const v6 = hides(filter, 6);
    if (v4 === false || v6 === false) return false;
    return v4 === null || v6 === null ? null : true;
  } catch (fault) {
    if (fault instanceof FilterSyntax) return null;
    throw fault;
  }
}
