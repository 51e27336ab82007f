/**
 * Where things are in the plainest frame of all, which most frames are: Ethernet
 * without tags, IPv4 without options, TCP; offsets from the Ethernet header in octets.
 */

/** Then version, IHL and type of service. */
export const ETHERTYPE = 12;
export const TOTAL_LENGTH = 16;
/** Flags and offset; then time to live, protocol. */
export const FRAGMENT = 20;
export const TTL = 22;
export const SOURCE = 26;
export const DESTINATION = 30;
export const PORTS = 34;
export const SEQUENCE = 38;
/** Then flags, window. */
export const DATA_OFFSET = 46;
export const SHORTEST = 54;

/** Lengths of headers. */
export const ETHERNET = 14;
export const IPV4 = 20;
export const TCP = 20;

export const TYPE_IPV4 = 0x0800;
/** Version 4, five words of header. */
export const VERSION_4_IHL_5 = 0x45;

/** Of the word at {@link ETHERTYPE} without its type of service. */
export const PLAIN_IPV4 = (TYPE_IPV4 << 8) | VERSION_4_IHL_5;
/** Of the word at {@link FRAGMENT}: more fragments, offset and protocol. */
export const FRAGMENT_AND_PROTOCOL = 0x3fff00ff;
/** The same of TCP that is no fragment. */
export const WHOLE_TCP = 6;
