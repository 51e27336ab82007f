/**
 * IANA's ICMP and ICMPv6 parameters registries, in kebab case. Long names lose
 * "communication with destination" and "destination": what is left is unique.
 */
const V4_NAMES: Readonly<Record<number, readonly string[]>> = {
  3: [
    'net-unreachable',
    'host-unreachable',
    'protocol-unreachable',
    'port-unreachable',
    'fragmentation-needed',
    'source-route-failed',
    'network-unknown',
    'host-unknown',
    'source-host-isolated',
    'network-administratively-prohibited',
    'host-administratively-prohibited',
    'network-unreachable-for-type-of-service',
    'host-unreachable-for-type-of-service',
    'communication-administratively-prohibited',
    'host-precedence-violation',
    'precedence-cutoff-in-effect',
  ],
  11: ['time-to-live-exceeded-in-transit', 'fragment-reassembly-time-exceeded'],
  12: ['pointer-indicates-the-error', 'missing-a-required-option', 'bad-length'],
};

const V6_NAMES: Readonly<Record<number, readonly string[]>> = {
  1: [
    'no-route-to-destination',
    'administratively-prohibited',
    'beyond-scope-of-source-address',
    'address-unreachable',
    'port-unreachable',
    'source-address-failed-ingress-egress-policy',
    'reject-route-to-destination',
    'error-in-source-routing-header',
    'headers-too-long',
  ],
  3: ['hop-limit-exceeded-in-transit', 'fragment-reassembly-time-exceeded'],
  4: [
    'erroneous-header-field-encountered',
    'unrecognized-next-header-type-encountered',
    'unrecognized-ipv6-option-encountered',
    'first-fragment-has-incomplete-header-chain',
    'sr-upper-layer-header-error',
    'unrecognized-next-header-type-encountered-by-intermediate-node',
    'extension-header-too-big',
    'extension-header-chain-too-long',
    'too-many-extension-headers',
    'too-many-options-in-extension-header',
    'option-too-big',
  ],
};

/** ICMPv4 destination unreachable (RFC 792), its code for path MTU discovery, and ICMPv6's (RFC 4443). */
const V4_UNREACHABLE = 3;
const V4_FRAGMENTATION_NEEDED = 4;
const V4_TIME_EXCEEDED = 11;
const V6_UNREACHABLE = 1;
const V6_TIME_EXCEEDED = 3;

/** The code's name, or `type-3-code-99` where the registry has none. */
export function icmpName(v6: number, type: number, code: number): string {
  const names = (v6 === 0 ? V4_NAMES : V6_NAMES)[type] ?? [];
  return names[code] ?? `type-${type}-code-${code}`;
}

/** A router gave up on a packet that had passed too many: evidence, no refusal. */
export function isExpiry(v6: number, type: number, code: number): boolean {
  return type === (v6 === 0 ? V4_TIME_EXCEEDED : V6_TIME_EXCEEDED) && code === 0;
}

/** An error that ends an attempt: unreachable for good, not "fragmentation needed", not time exceeded. */
export function isHardError(v6: number, type: number, code: number): boolean {
  if (v6 !== 0) return type === V6_UNREACHABLE;
  return type === V4_UNREACHABLE && code !== V4_FRAGMENTATION_NEEDED;
}
