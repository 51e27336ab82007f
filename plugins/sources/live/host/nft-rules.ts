/** What drops in an nftables ruleset: `nft -j list ruleset`, as libnftables-json(5) describes it. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { Condition, DropRule, Range } from './rule.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Dict = { readonly [key: string]: Json };

/** Where a rule stands: what `nft list chain` is asked for. */
export interface NftPlace {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
}

export interface NftRule extends DropRule, NftPlace {}

/** Tables that iptables made, where its own words are at hand. */
const IPTABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security']);

function dictOf(value: Json | undefined): Dict {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Dict)
    : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/**
 * Rules and policies that drop, of chains on the way of a SYN or its answer.
 * @param text what nft printed
 * @param iptables families whose standard tables are known by iptables' own words
 * @throws SyntaxError where it is no JSON
 */
export function nftDropRules(text: string, iptables: ReadonlySet<string>): NftRule[] {
  const objects = listOf(dictOf(JSON.parse(text) as Json)['nftables']).map((one) => dictOf(one));
  const ruleset = new Ruleset(objects);
  return objects.flatMap((object) => {
    const policy = policyOf(dictOf(object['chain']));
    if (policy !== null) return iptables.has(policy.family) ? [] : [policy];
    const rule = dictOf(object['rule']);
    const place = placeOf(rule);
    if (place === null || (iptables.has(place.family) && IPTABLES.has(place.table))) return [];
    const found = ruleset.dropRule(rule, place);
    return found === null ? [] : [found];
  });
}

function placeOf(rule: Dict): NftPlace | null {
  const { family, table, chain, handle } = rule;
  if (typeof family !== 'string' || typeof table !== 'string') return null;
  if (typeof chain !== 'string' || typeof handle !== 'number') return null;
  return { family, table, chain, handle };
}

/** Hooks that a SYN at one of the machine's own ports passes, or its answer. */
const ON_THE_WAY = new Set(['prerouting', 'input', 'output', 'postrouting']);

/** Whatever no rule took is dropped: which packets that are, is not followed. */
function policyOf({ family, table, name, handle, hook, policy }: Dict): NftRule | null {
  if (policy !== 'drop' || !ON_THE_WAY.has(textOf(hook))) return null;
  const place = placeOf({ family, table, chain: name, handle });
  if (place === null) return null;
  return {
    ...place,
    key: `${chainKey(place.family, place.table, place.chain)} policy`,
    place: `nft, table ${place.family} ${place.table}, chain ${place.chain}`,
    text: 'policy drop',
    packets: null,
    conditions: [...familyCondition(place.family), { about: 'unclear' }],
  };
}

function chainKey(family: string, table: string, chain: string): string {
  return `${family} ${table} ${chain}`;
}

class Ruleset {
  /** Base chains' hooks. */
  readonly #hooks = new Map<string, string>();
  readonly #sets = new Map<string, readonly Json[]>();
  /** Chains that are jumped to from an output or postrouting hook alone. */
  readonly #outward = new Set<string>();

  constructor(objects: readonly Dict[]) {
    for (const object of objects) {
      const chain = dictOf(object['chain']);
      const key = chainKey(textOf(chain['family']), textOf(chain['table']), textOf(chain['name']));
      if (typeof chain['hook'] === 'string') this.#hooks.set(key, chain['hook']);
      for (const kind of ['set', 'map']) {
        const set = dictOf(object[kind]);
        const at = chainKey(textOf(set['family']), textOf(set['table']), textOf(set['name']));
        if (typeof set['name'] === 'string') this.#sets.set(at, listOf(set['elem']));
      }
    }
    this.#followJumps(objects);
  }

  /** A few rounds: chains of chains are not deep. */
  #followJumps(objects: readonly Dict[]): void {
    const jumps = objects.flatMap((object) => {
      const rule = dictOf(object['rule']);
      const place = placeOf(rule);
      if (place === null) return [];
      const { family, table, chain } = place;
      const from = chainKey(family, table, chain);
      return listOf(rule['expr']).flatMap((expression) => {
        const { jump, goto } = dictOf(expression);
        const target = textOf(dictOf(jump ?? goto)['target']);
        return target === '' ? [] : [{ from, to: chainKey(family, table, target) }];
      });
    });
    for (let round = 0; round < 4; round++) {
      for (const { to } of jumps) {
        const sources = jumps.filter((jump) => jump.to === to).map(({ from }) => from);
        if (sources.every((from) => this.#isOutward(from))) this.#outward.add(to);
      }
    }
  }

  #isOutward(chain: string): boolean {
    const hook = this.#hooks.get(chain);
    return hook === undefined
      ? this.#outward.has(chain)
      : hook === 'output' || hook === 'postrouting' || hook === 'egress';
  }

  dropRule(rule: Dict, place: NftPlace): NftRule | null {
    const { family, table, chain, handle } = place;
    const expressions = listOf(rule['expr']).map((one) => dictOf(one));
    if (!expressions.some((one) => 'drop' in one)) return null;
    const key = chainKey(family, table, chain);
    const outward = this.#isOutward(key);
    const conditions: Condition[] = familyCondition(family);
    let packets: number | null = null;
    for (const expression of expressions) {
      const counter = dictOf(expression['counter']);
      if (typeof counter['packets'] === 'number') packets = counter['packets'];
      else if ('match' in expression) {
        conditions.push(this.#condition(dictOf(expression['match']), place, outward));
      } else if (!KNOWN.some((name) => name in expression)) conditions.push({ about: 'unclear' });
    }
    const where = `nft, table ${family} ${table}, chain ${chain}, handle ${handle}`;
    return { ...place, key: `${key} ${handle}`, place: where, text: null, packets, conditions };
  }

  #condition({ left, right, op }: Dict, place: NftPlace, outward: boolean): Condition {
    const not = op === '!=';
    if (!['==', '!=', 'in'].includes(textOf(op))) return { about: 'unclear' };
    const { payload, meta, ct } = dictOf(left);
    const values = this.#values(right, place);
    if (values === null) return { about: 'unclear' };
    if (payload !== undefined) return ofPayload(dictOf(payload), values, not, outward);
    if (ct !== undefined) return ofState(dictOf(ct), values, not);
    if (dictOf(meta)['key'] === 'l4proto') return isAmong(values, 'tcp', not);
    return { about: 'unclear' };
  }

  /** What the right side stands for, one by one; `null` for what is not understood. */
  #values(right: Json | undefined, { family, table }: NftPlace): readonly Json[] | null {
    if (typeof right === 'string' && right.startsWith('@')) {
      return this.#sets.get(chainKey(family, table, right.slice(1)))?.map(elementOf) ?? null;
    }
    const { set } = dictOf(right);
    if (set !== undefined) return listOf(set).map(elementOf);
    if (Array.isArray(right)) return right as readonly Json[];
    return right === undefined ? null : [right];
  }
}

/** Expressions that narrow nothing. */
const KNOWN = ['drop', 'counter', 'log', 'comment'];

/** An element may carry its own counter, comment or time-out. */
function elementOf(value: Json): Json {
  const { elem } = dictOf(value);
  return elem === undefined ? value : (dictOf(elem)['val'] ?? value);
}

function familyCondition(family: string): Condition[] {
  if (family === 'ip' || family === 'ip6') return [{ about: 'family', v6: family === 'ip6' }];
  return family === 'arp' ? [{ about: 'none' }] : [];
}

function isAmong(values: readonly Json[], wanted: string, not: boolean): Condition {
  return { about: values.includes(wanted) === not ? 'none' : 'any' };
}

/** A SYN that begins a connection is `new`; one that comes again after an answer of any kind is not. */
function ofState({ key }: Dict, values: readonly Json[], not: boolean): Condition {
  return key === 'state' ? isAmong(values, 'new', not) : { about: 'unclear' };
}

function ofPayload(
  { protocol, field }: Dict,
  values: readonly Json[],
  not: boolean,
  outward: boolean,
): Condition {
  switch (`${textOf(protocol)} ${textOf(field)}`) {
    case 'tcp dport':
    case 'th dport':
      return ports(values, not, !outward);
    case 'tcp sport':
    case 'th sport':
      return ports(values, not, outward);
    case 'ip saddr':
    case 'ip6 saddr':
      return addresses(values, not, outward);
    case 'ip daddr':
    case 'ip6 daddr':
      return addresses(values, not, !outward);
    case 'ip protocol':
    case 'ip6 nexthdr':
      return isAmong(values, 'tcp', not);
    default:
      return textOf(protocol) === 'udp' || textOf(protocol).startsWith('icmp')
        ? { about: 'none' }
        : { about: 'unclear' };
  }
}

function ports(values: readonly Json[], not: boolean, own: boolean): Condition {
  const among: Range[] = [];
  for (const value of values) {
    const [from, to] = listOf(dictOf(value)['range']);
    if (typeof value === 'number') among.push([value, value]);
    else if (typeof from === 'number' && typeof to === 'number') among.push([from, to]);
    else return { about: 'unclear' };
  }
  return { about: own ? 'port' : 'peer-port', among, not };
}

function addresses(values: readonly Json[], not: boolean, own: boolean): Condition {
  const among = new BlockList();
  for (const value of values) {
    if (!addAddress(among, value)) return { about: 'unclear' };
  }
  return { about: own ? 'own' : 'peer', among, not };
}

function addAddress(list: BlockList, value: Json): boolean {
  const { prefix, range } = dictOf(value);
  const [from, to] = listOf(range).map((one) => textOf(one));
  if (isAddress(value)) list.addAddress(value, familyOf(value));
  else if (range !== undefined && isAddress(from) && isAddress(to)) {
    list.addRange(from, to, familyOf(from));
  } else {
    const { addr, len } = dictOf(prefix);
    if (!isAddress(addr) || typeof len !== 'number') return false;
    list.addSubnet(addr, len, familyOf(addr));
  }
  return true;
}

function isAddress(value: Json | undefined): value is string {
  return typeof value === 'string' && isIP(value) !== 0;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** The words of a rule in what `nft -a list chain` prints. */
export function nftText(printed: string, handle: number): string | null {
  const line = printed.split('\n').find((one) => one.trimEnd().endsWith(`# handle ${handle}`));
  if (line === undefined) return null;
  const [words] = line.trim().split(/\s+# handle /u);
  return words.replaceAll(/\s+/gu, ' ').replace(/ packets \d+ bytes \d+/u, '');
}
