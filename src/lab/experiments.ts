/** What can be tried in the lab. */
import type { Outcome } from '../model/attempt.ts';
import type { Rule } from './firewall.ts';

/** The port that the experiment is about. */
export const PORT = 8000;
/** Beside it on the same host: one that answers, one where nothing listens, one that a firewall rejects. */
export const OPEN = 8001;
export const CLOSED = 8002;
export const REJECTED = 8003;

/** Counts, as administrators' rules do, so that it can be seen which one it was. */
function rejecting(port: number, nft: string, iptables: string, ip6tables = iptables): Rule {
  const start = `-p tcp --dport ${port} -j REJECT --reject-with`;
  return {
    nft: `tcp dport ${port} counter ${nft}`,
    iptables: `${start} ${iptables}`,
    ip6tables: `${start} ${ip6tables}`,
  };
}

/** What stands at {@link REJECTED} all the time. */
export const REJECTED_RULE = rejecting(
  REJECTED,
  'reject',
  'icmp-port-unreachable',
  'icmp6-port-unreachable',
);

export interface Experiment {
  readonly name: string;
  /** What is done, in a clause. */
  readonly doc: string;
  /** Where what is done is done, and what: a rule of its firewall, or its application stands still. */
  readonly fault:
    | { readonly host: 'client' | 'server'; readonly rule: Rule }
    | { readonly host: 'server'; readonly hangs: true };
  /** What most attempts come to, as far as they come to anything: such a one is drawn. */
  readonly outcome: Outcome;
  /** Seconds that it lasts, unless the user says otherwise: some take longer to be sure of. */
  readonly lasts: number;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
}

/** Node's own, far above what a few clients can fill. */
const BACKLOG = 511;
/** A Linux client that gives up after 11 s is seen to do so. */
const LASTS = 12;

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'drop',
    doc: "the server's firewall drops SYNs without a word",
    fault: {
      host: 'server',
      rule: {
        nft: `tcp dport ${PORT} counter drop`,
        iptables: `-p tcp --dport ${PORT} -j DROP`,
      },
    },
    outcome: 'unanswered',
    lasts: LASTS,
    backlog: BACKLOG,
  },
  {
    name: 'reject',
    doc: "the server's firewall refuses by ICMP port unreachable",
    fault: {
      host: 'server',
      rule: rejecting(PORT, 'reject', 'icmp-port-unreachable', 'icmp6-port-unreachable'),
    },
    outcome: 'rejected',
    lasts: LASTS,
    backlog: BACKLOG,
  },
  {
    name: 'reject-admin',
    doc: "the server's firewall refuses by ICMP administratively prohibited",
    fault: {
      host: 'server',
      rule: rejecting(
        PORT,
        'reject with icmpx admin-prohibited',
        'icmp-admin-prohibited',
        'icmp6-adm-prohibited',
      ),
    },
    outcome: 'rejected',
    lasts: LASTS,
    backlog: BACKLOG,
  },
  {
    name: 'reset',
    doc: "the server's firewall refuses by RST, as a closed port does",
    fault: { host: 'server', rule: rejecting(PORT, 'reject with tcp reset', 'tcp-reset') },
    outcome: 'refused',
    lasts: LASTS,
    backlog: BACKLOG,
  },
  {
    name: 'accept-queue',
    doc: "the server's application hangs, so that its accept queue fills up",
    fault: { host: 'server', hangs: true },
    outcome: 'unanswered',
    lasts: LASTS,
    backlog: 4,
  },
  {
    name: 'reply-loss',
    doc: "the server answers, and the client's firewall drops the SYN-ACKs",
    fault: {
      host: 'client',
      rule: {
        nft: `tcp sport ${PORT} tcp flags & (syn | ack) == (syn | ack) counter drop`,
        iptables: `-p tcp --sport ${PORT} --tcp-flags SYN,ACK SYN,ACK -j DROP`,
      },
    },
    outcome: 'half-open',
    lasts: LASTS,
    backlog: BACKLOG,
  },
  {
    name: 'partial',
    doc: 'SYNs from a quarter of all source ports vanish, as on one bad path of four',
    fault: {
      host: 'server',
      rule: {
        // Not the lowest bit: Linux gives connecting sockets ports of one parity first.
        nft: `tcp dport ${PORT} tcp sport & 6 == 2 counter drop`,
        iptables: `-p tcp --dport ${PORT} -m u32 --u32 0>>22&0x3C@0>>16&6=2 -j DROP`,
        ip6tables: `-p tcp --dport ${PORT} -m u32 --u32 40>>16&6=2 -j DROP`,
      },
    },
    outcome: 'unanswered',
    lasts: 30,
    backlog: BACKLOG,
  },
];
