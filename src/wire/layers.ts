/**
 * What comes next in a frame. Every protocol's function returns one of these
 * and the decoder's loop calls the next, so that no protocol imports another
 * and nothing recurses.
 */

/** No further: the segment is filled, the packet does not matter, or it is malformed. */
export const DONE = 0;
export const ETHERNET = 1;
export const LLC = 2;
export const VLAN = 3;
export const MPLS = 4;
export const PPPOE = 5;
export const PPP = 6;
export const PPP_OR_CISCO_HDLC = 7;
export const CISCO_HDLC = 8;
export const FABRIC_PATH = 9;
export const CISCO_METADATA = 10;
export const LINUX_SLL = 11;
export const LINUX_SLL2 = 12;
export const LOOPBACK = 13;
export const RAW_IP = 14;
export const RADIOTAP = 15;
export const PRISM = 16;
export const IEEE80211 = 17;
export const IPV4 = 18;
export const IPV6 = 19;
export const GRE = 20;
export const ERSPAN_1_2 = 21;
export const ERSPAN_3 = 22;
export const UDP = 23;
export const VXLAN = 24;
export const VXLAN_GPE = 25;
export const GENEVE = 26;
export const TCP = 27;
export const ICMP = 28;
export const ICMPV6 = 29;
export const PPP_PPPD = 30;
export const PPP_WITH_DIRECTION = 31;
export const CISCO_HDLC_WITH_DIRECTION = 32;
