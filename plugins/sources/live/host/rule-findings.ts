/** Which of the firewall's rules take the SYNs that stay unanswered. */
import type { Finding } from 'unackd';
import type { FirewallLook } from './firewall.ts';
import { plural, silence } from './findings.ts';
import { matches } from './rule.ts';
import type { DropRule } from './rule.ts';
import { nameOf, sentBetween } from './silent-ports.ts';
import type { SilentPort } from './silent-ports.ts';

/** Rules named at most. */
const NAMED = 3;

/** A rule that counted less than this share of the SYNs took others. */
const SHARE = 0.25;

/** Of a rule that is not understood in full: so many times more than the SYNs, it mostly counts something else. */
const OTHERS = 4;

/** @param base an earlier look, from before some of the SYNs; `null` without one */
export function ruleFindings(
  port: SilentPort,
  base: FirewallLook | null,
  latest: FirewallLook,
): Finding[] {
  const before = new Map(base?.rules.map((rule) => [rule.key, rule.packets]));
  // Those that were sent while the tools worked may or may not be counted.
  const syns = base === null ? 0 : sentBetween(port, base.at, latest.began);
  return latest.rules
    .flatMap((rule) => findingOf(port, rule, before.get(rule.key) ?? null, syns) ?? [])
    .toSorted((a, b) => b.strength - a.strength)
    .slice(0, NAMED);
}

function findingOf(
  port: SilentPort,
  rule: DropRule,
  before: number | null,
  syns: number,
): Finding | null {
  const match = matches(rule, port.server, port.clients);
  if (match === 'no') return null;
  const words = `the firewall's rule \`${rule.text ?? 'drop'}\` (${rule.place})`;
  if (rule.packets === null) return uncounted(match, words, rule.text === 'policy drop');
  if (before === null || syns === 0) {
    if (match !== 'yes' || rule.packets === 0) return null;
    const because = `${words} drops what comes to ${nameOf(port.server)}; it counted ${plural(rule.packets, 'packet')} so far`;
    return { cause: 'dropped-at-server', strength: 0.3, because };
  }
  const rose = rule.packets - before;
  if (rose < SHARE * syns || rose === 0) return null;
  const share = Math.min(1, rose / syns);
  const others = match === 'maybe' && rose > OTHERS * syns + OTHERS;
  return {
    cause: 'dropped-at-server',
    strength: others ? 0.1 : match === 'yes' ? share : 0.7 * share,
    because: `${words} counted ${plural(rose, 'packet')} while ${silence(port, syns)}`,
  };
}

/** Only what it says tells of it: another rule may have let them pass before. */
function uncounted(match: 'yes' | 'maybe', words: string, isPolicy: boolean): Finding | null {
  if (match === 'yes') {
    const because = `${words} fits these SYNs; it has no counter that would show whether it is the one (nft: write 'counter drop')`;
    return { cause: 'dropped-at-server', strength: 0.15, because };
  }
  if (!isPolicy) return null;
  const because = `${words} drops what no rule accepts; it has no counter`;
  return { cause: 'dropped-at-server', strength: 0.05, because };
}
