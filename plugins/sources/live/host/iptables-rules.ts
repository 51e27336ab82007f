/** What drops in what `iptables-save -c` and `ip6tables-save -c` print. */
import { BlockList, isIP } from 'node:net';
import type { Condition, DropRule, Range } from './rule.ts';

/** `[12:720] -A INPUT -p tcp -m tcp --dport 8000 -j DROP` */
const RULE = /^\[(?<packets>\d+):\d+\] -A (?<chain>\S+) ?(?<words>.*)$/u;
/** `:INPUT DROP [12:720]` */
const POLICY = /^:(?<chain>\S+) DROP \[(?<packets>\d+):\d+\]$/u;

/** Chains that answers go out by; of others that are jumped to it is not known. */
const OUTWARD = new Set(['OUTPUT', 'POSTROUTING']);

/** Words that narrow nothing, with the number of values that follow. */
const HARMLESS: ReadonlyMap<string, number> = new Map([
  ['-m', 1],
  ['-j', 1],
  ['--comment', 1],
]);

/** Rules and policies that drop. @param v6 whether it is ip6tables that printed */
export function iptablesDropRules(text: string, v6: boolean): DropRule[] {
  const command = v6 ? 'ip6tables' : 'iptables';
  const rules: DropRule[] = [];
  const numbers = new Map<string, number>();
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const policy = POLICY.exec(line)?.groups;
    if (policy !== undefined) {
      const { chain, packets } = policy;
      rules.push({
        key: `${command} ${table} ${chain} policy`,
        place: `table ${table}`,
        text: `${command} -P ${chain} DROP`,
        packets: Number(packets),
        // Whatever no rule took comes to it: which that is, is not followed.
        conditions: [{ about: 'family', v6 }, { about: 'unclear' }],
      });
    }
    const rule = RULE.exec(line)?.groups;
    if (rule === undefined) continue;
    const { chain, packets, words } = rule;
    const number = (numbers.get(`${table} ${chain}`) ?? 0) + 1;
    numbers.set(`${table} ${chain}`, number);
    const parts = split(words);
    if (parts[parts.lastIndexOf('-j') + 1] !== 'DROP') continue;
    rules.push({
      key: `${command} ${table} ${chain} ${words}`,
      place: `table ${table}, rule ${number} of its chain`,
      text: `${command} -A ${chain} ${words}`,
      packets: Number(packets),
      conditions: [{ about: 'family', v6 }, ...conditionsOf(parts, OUTWARD.has(chain))],
    });
  }
  return rules;
}

/** By blanks, but within quotes. */
function split(words: string): string[] {
  return (words.match(/"(?:[^"\\]|\\.)*"|\S+/gu) ?? []) as string[];
}

function conditionsOf(parts: readonly string[], outward: boolean): Condition[] {
  const conditions: Condition[] = [];
  for (let i = 0; i < parts.length; i++) {
    const not = parts[i] === '!';
    if (not) i++;
    const word = parts[i];
    const value = parts[i + 1] ?? '';
    const harmless = HARMLESS.get(word);
    i += harmless ?? 1;
    if (harmless === undefined) conditions.push(conditionOf(word, value, not, outward));
  }
  return conditions;
}

function conditionOf(word: string, value: string, not: boolean, outward: boolean): Condition {
  switch (word) {
    case '-p':
      return { about: (value === 'tcp') === not ? 'none' : 'any' };
    case '--dport':
    case '--dports':
      return ports(value, not, !outward);
    case '--sport':
    case '--sports':
      return ports(value, not, outward);
    case '-s':
      return address(value, not, outward);
    case '-d':
      return address(value, not, !outward);
    case '--state':
    case '--ctstate':
      return { about: value.split(',').includes('NEW') === not ? 'none' : 'any' };
    default:
      return { about: 'unclear' };
  }
}

/** `80,443,8000:8010` */
function ports(value: string, not: boolean, own: boolean): Condition {
  const among = value.split(',').map((part): Range => {
    const [from, to = from] = part.split(':').map(Number);
    return [from, to];
  });
  return { about: own ? 'port' : 'peer-port', among, not };
}

/** `10.0.0.0/8` */
function address(value: string, not: boolean, own: boolean): Condition {
  const [network, length] = value.split('/');
  const family = isIP(network);
  const bits = Number(length);
  if (family === 0 || !Number.isInteger(bits)) return { about: 'unclear' };
  const among = new BlockList();
  among.addSubnet(network, bits, family === 6 ? 'ipv6' : 'ipv4');
  return { about: own ? 'own' : 'peer', among, not };
}
