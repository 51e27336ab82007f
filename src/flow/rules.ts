/** Every tunable of the flow stage, each with its reason. Times are microseconds. */

/** A lone SYN is unanswered after this long: the longest first gap of any stack is 3 s, at most 12.5 % late. */
export const LONE_SYN_UNANSWERED = 3_500_000;

/** A SYN-ACK without completion is half-open after this long: longer than any round trip in use. */
export const HALF_OPEN_AFTER = 1_000_000;

/**
 * Where bare ACKs are not captured, a SYN-ACK was taken if neither it nor the
 * SYN is repeated for this long: initial timers are 1 s (RFC 6298), 12.5 % late.
 */
export const INFERRED_AFTER = 1_500_000;

/**
 * Timers double: what is repeated comes again after as long as it has been
 * repeated already, 12.5 % late and some more, and the first timer's time.
 */
export const REPEAT_GROWTH = 1.25;

/**
 * Repeats within this time may have been the last because they were taken: later
 * ones may be the last because the server has given up (Linux after 5, at 31 s;
 * set to 2, at 3 s).
 */
export const REPEATS_TAKEN_WITHIN = 2_500_000;

/** How fast answers and ends of connections at an endpoint are forgotten. */
export const FLOOD_MEMORY = 5_000_000;

/** Answers in that time above which an endpoint may be under a flood: 100 a second. */
export const FLOOD_ANSWERS = 500;

/** And below this share of connections that end, it is. */
export const FLOOD_SHARE = 0.1;

/**
 * Time to live of an ordinary SYN, as captured, at least: stacks begin with 64 or more,
 * and paths have 32 hops at most. A traceroute's SYNs have less: theirs are meant to expire.
 */
export const ORDINARY_TTL = 32;

/** SYNs closer than this are one SYN captured twice: no stack retries so soon. */
export const CAPTURE_DUPLICATE = 10_000;

/**
 * How long the client's going on waits for a SYN-ACK captured late (several
 * capture queues, two interfaces) before the handshake counts as one-way.
 */
export const ONE_WAY_GRACE = 200_000;

/** A SYN from the other side this soon is the same attempt: simultaneous open or split handshake. */
export const REVERSE_SYN_WITHIN = 30_000_000;

/** An answer captured this long before its SYN still joins it. */
export const ORPHAN_ANSWER_WITHIN = 1_000_000;

/**
 * An attempt without a retry, or with its retries close together, is settled after this long: a
 * path that loses the SYNs at 7, 11 and 19 s still shows the one at 35 s.
 */
export const LONE_HOLD = 36_000_000;

/**
 * A retried attempt is settled when this many times its last gap has passed:
 * gaps double, timers run 12.5 % late, and three SYNs in a row may be lost
 * ((2 + 4 + 8 + 16) times 1.125).
 */
export const HOLD_GAPS = 34;

/** No stack waits longer between two SYNs: 64 s and 12.5 % on Linux, for one that was raised to more retries. */
export const HOLD_MOST = 135_000_000;

/** A half-open attempt is settled after this long without a SYN or SYN-ACK: their widest default gap is 32 s. */
export const HALF_OPEN_HOLD = 36_000_000;

/** How long an established flow is remembered, so that a late duplicate of its SYN is known: the MSL in practice. */
export const TOMBSTONE_HOLD = 60_000_000;

/** SYN times kept of one attempt; the longest schedule in use has 19 (tcp_syn_retries is at most 127). */
export const SYN_TIMES_KEPT = 64;

/** ISNs kept of SYN-ACKs with different ones: Linux repeats a SYN-ACK 5 times, and once more for each retried SYN. */
export const SERVER_ISNS_KEPT = 16;

/** Attempts of one 4-tuple that answers may still reach: more is a scanner's or an attacker's. */
export const CHAIN_LENGTH = 8;

/** How far past its ISN a client may be and still be taken for going on: more than any window at the start. */
export const GOING_ON_WINDOW = 1 << 20;

/** Handshakes without a SYN-ACK before a capture may count as one-way or as losing packets. */
export const MISSING_ANSWERS_LEAST = 3;

/** Below this share of handshakes with their SYN-ACK, only one direction is captured. */
export const ONE_WAY_SHARE = 0.1;

/** Above this share of handshakes with a packet missing, the capture loses packets. */
export const CAPTURE_LOSS_SHARE = 0.01;

/** Outstanding attempts by default: 150 MB. */
export const TABLE_DEFAULT = 1_000_000;

/** A full table lets go of so many at once: their places in memory are then fetched side by side. */
export const EVICTED_AT_ONCE = 64;

/** From so many lone SYNs on, it is likely a flood, and worth taking in runs. */
export const RUNS_FROM = 10_000;

/** From so many other attempts on, their index outgrows the caches and fetching ahead pays. */
export const FORESEEN_FROM = 50_000;
