/**
 * An attempt: one active open, that is the first SYN and all its
 * retransmissions (same flow key, same ISN), with whatever came back.
 *
 * Property names are those of the JSON record, so that a plugin author reads
 * one set of names. Times differ: in memory they are {@link Micros}.
 */

/** Capture time: whole microseconds since 1970-01-01T00:00:00Z (finer digits are cut). */
export type Micros = number;

/** What became of an attempt: fact, in order of precedence. */
export const OUTCOMES = [
  'established',
  'half-open',
  'refused',
  'rejected',
  'unanswered',
  'unresolved',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Where the capture was taken, as seen from the attempt. */
export const VANTAGES = ['client', 'server', 'both', 'middle', 'unknown'] as const;
export type Vantage = (typeof VANTAGES)[number];

/** Whose timer the SYNs follow; `null` without a retry to judge by. */
export const SCHEDULE_FAMILIES = [
  'linux-exponential',
  'linux-linear',
  'windows-1s',
  'windows-3s',
  'lwip',
  'single',
  'unknown',
] as const;
export type ScheduleFamily = (typeof SCHEDULE_FAMILIES)[number];

export interface Address {
  /** Dotted quad, or RFC 5952 text. */
  readonly ip: string;
  readonly port: number;
}

export interface Schedule {
  readonly family: ScheduleFamily | null;
  /** The schedule ran out, or its next SYN is overdue: no more SYNs will come. */
  readonly gave_up: boolean;
  /** When the next SYN is due if the client has not given up, else `null`. Not part of the record. */
  readonly next_due: Micros | null;
}

/** The first hard ICMP error that quoted a SYN of the attempt. */
export interface IcmpRefusal {
  readonly type: number;
  readonly code: number;
  /** As IANA's registry names the code, in kebab case: `port-unreachable`. */
  readonly name: string;
  /** Who sent it: the server, or a router or firewall on the way. */
  readonly from: string;
}

/**
 * What an analyser or a sink gets. The engine hands out one reused view: it is
 * valid until the call returns. `keepAttempt` makes a copy that may be kept.
 */
export interface Attempt {
  readonly type: 'attempt';
  /** The first SYN. */
  readonly time: Micros;
  readonly client: Address;
  readonly server: Address;
  /** The client's initial sequence number, 0 to 2^32 - 1. */
  readonly isn: number;
  readonly outcome: Outcome;
  /** The last word on this attempt. */
  readonly final: boolean;
  /** SYNs captured, capture duplicates among them. */
  readonly syns: number;
  /** Seconds from the first SYN to each captured one; at most 64 are kept. */
  readonly syn_offsets: readonly number[];
  readonly schedule: Schedule;
  readonly icmp: IcmpRefusal | null;
  /** Seconds from the first SYN to the first SYN-ACK that answered it, `null` without one. */
  readonly answered_after: number | null;
  readonly vantage: Vantage;
  /** Id of the source. */
  readonly source: string;
  /** Community ID v1 of the flow, for joins with Zeek, Suricata and Arkime. */
  readonly community_id: string;
  /** The client went on though no SYN-ACK was captured: one direction is missing. */
  readonly one_way: boolean;
  /** Established by inference: the capture holds no bare ACKs, and neither SYN nor SYN-ACK was repeated. */
  readonly inferred: boolean;
  /** When this update happened: never before `time`. */
  readonly at: Micros;
  /** An analyser suspects that a refusal was hidden from the capture. Not part of the record. */
  readonly hidden_refusal: boolean;
  /** The server's address and port as one key, equal for equal endpoints, the same in every run, and cheaper than the text. Not part of the record. */
  readonly server_key?: number | string | undefined;
  /** The client's address without its port, likewise. */
  readonly client_key?: number | string | undefined;
  /** Kinds of the first SYN's options in their order, four bits each; 0 without any. Not part of the record. */
  readonly syn_layout?: number | undefined;
  /** What analysers on the way noted, by their ids; in the record only where any did. */
  readonly notes?: Readonly<Record<string, Notes>> | undefined;
}

/** What an analyser has to say of an attempt, under names of its own: a to z, 0 to 9 and _. At most 8, texts of at most 128 characters. */
export type Notes = Readonly<Record<string, string | number | boolean>>;

/** What an analyser adds to an attempt: to this update of it, and to no later one. What it leaves out stays as it was. */
export interface Annotation {
  /** Stands in the record under the component's id: `"notes":{"mine":{"slow":true}}`. */
  readonly notes?: Notes;
  readonly schedule?: Schedule;
  readonly hidden_refusal?: boolean;
}
