/** Every tunable of the judgement, each with its reason. Times are microseconds. */

export const SECOND = 1_000_000;

/** Loss that any path may come to have between one second and the next; learnt rates are taken where higher. */
export const LOSS_LEAST = 0.02;

/** Silence that one burst of loss may explain: bursts of 1.5 s are common (a route converging, a queue, a roaming client). */
export const BURST = 2 * SECOND;

/** The same where nothing else of the server's network answers either: two bursts, one each way, in a row. */
export const COMMON_BURST = 3.5 * SECOND;
/** And so many SYNs must have failed after a burst's length: one may be lost by itself. */
export const BEYOND_BURST = 2;

/** The same where the evidence is of several ports together. */
export const POOLED_BURST = 3 * SECOND;

/** What pooled evidence must hold beside its largest part (natural logarithm): others are struck indeed. */
export const POOLED_OTHERS = 10;

/** The same where nothing at all answers any more, here or for this client: a link that flaps, a laptop between two access points. */
export const GENERAL_BURST = 6 * SECOND;

/** However long bursts were before, a silence longer than this is told. */
export const BURST_MOST = 10 * SECOND;

/** SYNs that fail this soon after another may have been lost in the same burst, or the next. */
export const CLUSTERED = 4 * SECOND;

/** For how long a burst that healed by itself is remembered. */
export const BURST_MEMORY = 600 * SECOND;

/** SYNs within a second that count, in all and of one client: what one moment shows is shown once. */
export const COUNTED_A_SECOND = 4;
export const COUNTED_A_SECOND_AND_CLIENT = 2;

/** Unanswered SYNs kept of one silence; more add to the counts alone. */
export const FAILS_KEPT = 128;

/** An answer is overdue after this long at the soonest: a handshake whose SYN-ACK was not captured shows by then (200 ms after the client's ACK). */
export const OVERDUE_LEAST = 0.3 * SECOND;
/** And at the latest: slower servers are judged by their retries alone. */
export const OVERDUE_MOST = 8 * SECOND;
/** Where no answer time is known yet. */
export const OVERDUE_UNKNOWN = SECOND;

/** SYNs closer than this are one SYN captured twice. */
export const CAPTURE_DUPLICATE = 10_000;

/** A port that rejected by ICMP this lately rejects still: what is silent is the limiter of ICMP. */
export const REJECTED_LATELY = 60 * SECOND;

/**
 * Flows after which a silence is no row of them that took one bad path by chance (of four paths,
 * five do so once in a thousand times), and how long fewer are waited for: one client that retries must do.
 */
export const ROW_FLOWS = 5;
export const ROW_SPAN = 3.5 * SECOND;

/** How long a port's alarm waits for neighbours that are about to follow. */
export const HOLD = 1.5 * SECOND;

/** Beside an alarm, a neighbour is silent with this much and fails for the same reason. */
export const SILENT_SYNS = 3;
export const SILENT_SPAN = 0.9 * SECOND;

/** Hosts of a network that must have fallen silent for the network to be called so. */
export const NETWORK_HOSTS = 3;

/** Refusals in a row, over this long, at a port that answered: one may be a worker that restarts. */
export const REFUSALS = 3;
export const REFUSALS_SPAN = SECOND;
/** At quiet ports two do, this far apart. */
export const REFUSALS_APART = 2 * SECOND;
/** ICMP errors come from rules that somebody wrote, not from workers that restart. */
export const REJECTIONS_APART = SECOND / 2;

/** A SYN that comes again this long after its SYN-ACK did not cross it on the way. */
export const CROSSING = 0.4 * SECOND;

/** Trials an hour that false alarms are reckoned by: not fewer, lest a new port be judged hastily. */
export const TRIALS_LEAST = 360;
export const TRIALS_MOST = 360_000;

/** Most of a capture's handshakes lack their SYN-ACK: only one direction is seen, and silence proves nothing. */
export const ONE_WAY_SHARE = 0.5;

/** A partial black hole's failing SYN stands this close to a handshake that worked. */
export const BESIDE = 2.5 * SECOND;
/** And its flow has failed for this long, past any burst. */
export const DEAD_SPAN = 2 * SECOND;
/** Flows that fail must have begun this far apart: those of one burst share its loss. */
export const DEAD_APART = 2 * SECOND;
/** How much likelier two classes of flows must be than one loss rate for all (natural logarithm). */
export const BIMODAL = 3;

/** Clients of another network that a port got through to this lately speak for the port. */
export const HEARD_LATELY = 60 * SECOND;
/** And this close to a reply that was lost, they show that the port could be heard just then. */
export const HEARD_JUST_THEN = 5 * SECOND;

/** An endpoint that has not answered for this long is forgotten: it may be another service's by now. */
export const REMEMBERED_FOR = 30 * 86_400 * SECOND;

/** What is kept of an endpoint over a restart is at most this old: it saves a busy disk twenty writes. */
export const KEPT_AGAIN = 600 * SECOND;

/** The longest gap between two retries: 32 s, and Linux's timer wheel may be late. */
export const RETRY_GAP = 36 * SECOND;
