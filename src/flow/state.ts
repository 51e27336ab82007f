/** Bits of an attempt's state word. */

export const V6 = 1 << 0;
/** A SYN-ACK that acknowledges the SYN was captured. */
export const SYN_ACK = 1 << 1;
export const ESTABLISHED = 1 << 2;
/** A RST that acknowledges the SYN. */
export const REFUSED = 1 << 3;
/** A hard ICMP error that quotes the SYN. */
export const REJECTED = 1 << 4;
/** The hard error came before the RST. */
export const REJECTED_FIRST = 1 << 5;
/** Shown unanswered: a retry without an answer, or silence long enough. */
export const UNANSWERED = 1 << 6;
/** The handshake was found to stay incomplete. */
export const HALF_OPEN = 1 << 7;
/** The client went on though no SYN-ACK was captured. */
export const ONE_WAY = 1 << 8;
export const INFERRED = 1 << 9;
/** A FIN or RST passed after the handshake: the same SYN would be a new attempt. */
export const CLOSED = 1 << 10;
/** The last word was said; the slot is remembered only to know late duplicates. */
export const FINAL = 1 << 11;
/** The server sent a SYN of its own: simultaneous open or split handshake. */
export const REVERSE_SYN = 1 << 12;
/** The client sent a segment past its SYN. */
export const CLIENT_WENT_ON = 1 << 13;
/** The server acknowledged the client in a segment without SYN. */
export const SERVER_WENT_ON = 1 << 14;
/** The client sent a RST before the handshake was done. */
export const CLIENT_RST = 1 << 15;
/** The SYN was repeated, capture duplicates aside. */
export const RETRIED = 1 << 16;
/** The SYN-ACK was repeated, capture duplicates aside. */
export const SYN_ACK_REPEATED = 1 << 17;
/** The SYN came again after a SYN-ACK: the answer did not reach the client. */
export const SYN_AFTER_SYN_ACK = 1 << 18;
/** The client acknowledged the server's own SYN. */
export const CLIENT_ACKED = 1 << 19;
/** A router said that a SYN's time to live ran out on the way. */
export const EXPIRED = 1 << 20;
/** The capture's clock had been set back before: the first SYN's own time is kept apart. */
export const CLOCK_SHIFTED = 1 << 21;
/** A RST broke the handshake off after the SYN-ACK. */
export const BROKEN_OFF = 1 << 24;
/** There is an Evidence beside the slot. */
export const HAS_EVIDENCE = 1 << 22;
