/** The project's words in plain ones, for help texts and explanations. Each is a clause without a full stop. */
import type { Outcome } from '../model/attempt.ts';
import type { CauseName, Verdict } from '../model/endpoint.ts';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  'black-holing': 'answered before, now SYNs vanish',
  'partially-black-holing': 'for some flows every SYN vanishes, for others none does',
  'reply-loss': 'SYNs arrive and are answered, but the answers do not get back',
  silent: 'never answered a SYN in this capture',
  rejecting: 'answers with ICMP unreachable: a firewall or router says no',
  refusing: 'answers with RST: nothing listens there, or a firewall resets',
  lossy: 'answers, but some SYNs or answers get lost on the way',
  unknown: 'too little was captured to tell',
  healthy: 'answers and completes handshakes',
};

export const CAUSE_WORDS: Readonly<Record<CauseName, string>> = {
  'dropped-at-server': 'SYNs reach the server and are dropped there without a word (a DROP rule)',
  'lost-before-server': 'SYNs are lost or filtered on the way and never reach the server',
  'reply-lost': 'the server answers, and the answers are lost or filtered on the way back',
  'dropped-at-client': "the answers reach the client, and the client's own firewall drops them",
  'refusal-hidden': 'the port refuses by ICMP, which is rate limited, filtered or not captured',
  'accept-queue-full':
    'the application does not accept fast enough, so the kernel drops what comes on top',
  'host-down': 'the host itself is down or unplugged: nothing on it answers',
};

export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  established: 'the handshake completed',
  'half-open': 'SYN-ACK seen, but the handshake never completed',
  refused: 'a RST answered the SYN',
  rejected: 'an ICMP or ICMPv6 unreachable error answered the SYN',
  unanswered: 'no answer to any SYN',
  unresolved: 'the capture cannot tell: it ended too early or lost packets, or a table was full',
};
