/**
 * What the decoder counts instead of throwing. Three kinds: the capture cut the
 * packet short (`cut-by-snap-length`), the packet itself is malformed, or it
 * cannot be looked into (fragments, encryption, compression). Ordinary packets
 * that carry no TCP are not events.
 *
 * A name that ends in `-truncated` says that the packet on the wire was shorter
 * than this header; `-beyond-frame` says that a length field claims more than
 * the wire held. The latter is counted and believed: capture files cut by tools
 * often say the cut length for the original one, and the headers are still good.
 */
const names: string[] = [];

/** The next index for {@link Counters.counts}. */
function event(name: string): number {
  return names.push(name) - 1;
}

export const UNKNOWN_LINK_TYPE = event('unknown-link-type');
/** A header that was on the wire but is not, or not wholly, in the capture. */
export const CUT_BY_SNAP_LENGTH = event('cut-by-snap-length');
export const NESTED_TOO_DEEP = event('nested-too-deep');

export const ETHERNET_TRUNCATED = event('ethernet-truncated');
export const IEEE8023_BEYOND_FRAME = event('ieee8023-beyond-frame');
export const LLC_TRUNCATED = event('llc-truncated');
export const VLAN_TRUNCATED = event('vlan-truncated');
export const MPLS_TRUNCATED = event('mpls-truncated');
export const FABRIC_PATH_TRUNCATED = event('fabric-path-truncated');
export const CISCO_METADATA_TRUNCATED = event('cisco-metadata-truncated');
export const PPPOE_TRUNCATED = event('pppoe-truncated');
/** Version and type other than 1, RFC 2516. */
export const PPPOE_VERSION = event('pppoe-version');
export const PPPOE_BEYOND_FRAME = event('pppoe-beyond-frame');
export const PPP_TRUNCATED = event('ppp-truncated');
/** Compressed or encrypted datagrams: CCP, ECP, Van Jacobson. */
export const PPP_COMPRESSED = event('ppp-compressed');
export const CISCO_HDLC_TRUNCATED = event('cisco-hdlc-truncated');
export const SLL_TRUNCATED = event('sll-truncated');
export const LOOPBACK_TRUNCATED = event('loopback-truncated');
export const RAW_IP_TRUNCATED = event('raw-ip-truncated');
/** Raw IP whose first nibble is neither 4 nor 6. */
export const RAW_IP_VERSION = event('raw-ip-version');

export const RADIOTAP_TRUNCATED = event('radiotap-truncated');
export const RADIOTAP_LENGTH = event('radiotap-length');
/** The receiver found the frame check sequence wrong: any bit may be false. */
export const RADIOTAP_BAD_FCS = event('radiotap-bad-fcs');
export const PRISM_TRUNCATED = event('prism-truncated');
export const PRISM_LENGTH = event('prism-length');
export const IEEE80211_TRUNCATED = event('ieee80211-truncated');
export const IEEE80211_VERSION = event('ieee80211-version');
export const IEEE80211_PROTECTED = event('ieee80211-protected');
/** Second and later fragments of an MSDU. */
export const IEEE80211_FRAGMENT = event('ieee80211-fragment');
export const IEEE80211_BEYOND_FRAME = event('ieee80211-beyond-frame');
/** An A-MSDU of several subframes: only its first one is decoded. */
export const IEEE80211_AMSDU_REST = event('ieee80211-amsdu-rest');

export const IPV4_TRUNCATED = event('ipv4-truncated');
export const IPV4_VERSION = event('ipv4-version');
/** IHL below 5, or more than the packet holds. */
export const IPV4_HEADER_LENGTH = event('ipv4-header-length');
/** Total length smaller than the header. */
export const IPV4_TOTAL_LENGTH = event('ipv4-total-length');
export const IPV4_BEYOND_FRAME = event('ipv4-beyond-frame');
/** Second and later fragments: they carry no ports. */
export const IPV4_FRAGMENT = event('ipv4-fragment');
export const IPV6_TRUNCATED = event('ipv6-truncated');
export const IPV6_VERSION = event('ipv6-version');
export const IPV6_BEYOND_FRAME = event('ipv6-beyond-frame');
export const IPV6_EXTENSION_TRUNCATED = event('ipv6-extension-truncated');
/** More extension headers than any sender has use for. */
export const IPV6_TOO_MANY_EXTENSIONS = event('ipv6-too-many-extensions');
/** Second and later fragments. */
export const IPV6_FRAGMENT = event('ipv6-fragment');
/** Encrypted, RFC 4303. */
export const ESP = event('esp');

export const GRE_TRUNCATED = event('gre-truncated');
export const GRE_VERSION = event('gre-version');
export const GRE_ROUTING = event('gre-routing');
export const ERSPAN_TRUNCATED = event('erspan-truncated');
export const ERSPAN_VERSION = event('erspan-version');
export const UDP_TRUNCATED = event('udp-truncated');
export const UDP_LENGTH = event('udp-length');
export const UDP_BEYOND_FRAME = event('udp-beyond-frame');
export const VXLAN_TRUNCATED = event('vxlan-truncated');
/** The I flag is not set: no valid VNI, RFC 7348. */
export const VXLAN_FLAGS = event('vxlan-flags');
export const GENEVE_TRUNCATED = event('geneve-truncated');
export const GENEVE_VERSION = event('geneve-version');

export const TCP_TRUNCATED = event('tcp-truncated');
/** Data offset below 5, or beyond the packet. */
export const TCP_DATA_OFFSET = event('tcp-data-offset');
/** An option's length is below 2, not what its kind demands, or beyond the header. */
export const TCP_OPTION_LENGTH = event('tcp-option-length');
/** The capture, or a first fragment, ends within the options of a SYN: those before the cut were read. */
export const TCP_OPTIONS_CUT = event('tcp-options-cut');
export const ICMP_TRUNCATED = event('icmp-truncated');
/** An ICMP error that quotes less than an IP header and 4 bytes. */
export const ICMP_QUOTE_TRUNCATED = event('icmp-quote-truncated');
/** The quoted datagram is not the version of IP that it must be, or its header length is impossible. */
export const ICMP_QUOTE_MALFORMED = event('icmp-quote-malformed');
/** An ICMP error about a later fragment: no ports. */
export const ICMP_QUOTE_FRAGMENT = event('icmp-quote-fragment');

/** Names by index, for {@link Counters}. */
export const EVENT_NAMES: readonly string[] = names;
