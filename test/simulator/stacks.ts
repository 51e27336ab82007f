/**
 * Client TCP stacks as their SYNs show them. Schedules are those of the
 * kernels' sources (Linux ip-sysctl.rst and tcp_timer.c, XNU tcp_timer.c,
 * lwip tcp.c) and of Microsoft's documentation; options, their order, TTL and
 * window are as in p0f's signature list.
 */
import type { ScheduleFamily } from '../../src/model/attempt.ts';
import type { Random } from './random.ts';
import { optionBytes, type TcpOption } from './packets.ts';

export type StackName =
  | 'linux-exponential'
  | 'linux-linear'
  | 'windows'
  | 'windows-old'
  | 'macos'
  | 'lwip'
  | 'masscan'
  | 'zmap'
  | 'spoofed';

type OptionName = 'mss' | 'sackOK' | 'ts' | 'nop' | 'wscale' | 'eol';

export interface Stack {
  readonly name: StackName;
  /** What a schedule long enough should be taken for. */
  readonly family: ScheduleFamily;
  /** Seconds from each SYN to the next. */
  readonly gaps: readonly number[];
  /** Seconds from the last SYN until connect() fails. */
  readonly patience: number;
  readonly ttl: number;
  readonly window: number;
  readonly options: readonly OptionName[];
  readonly windowScale: number;
  readonly dontFragment: boolean;
  /** Share of hosts whose first SYN asks for ECN (RFC 3168); its retries do not. */
  readonly ecn: number;
  /** What a SYN-ACK meets: `reset` is a scanner's kernel that knows of no connection. */
  readonly onSynAck: 'connect' | 'reset' | 'ignore';
  /** SYNs sent again, 0.5 s apart, after RSTs (Microsoft KB 175523). */
  readonly triesAfterReset: number;
  /** Whether destination unreachable ends the attempt. */
  readonly heedsIcmp: boolean;
  /** A blocking connect() remembers the first unreachable only and sends one more SYN (Linux). */
  readonly remembersIcmp: boolean;
  /** Ephemeral ports: the first, and how many. */
  readonly ports: readonly [number, number];
}

const LINUX = {
  ttl: 64,
  window: 64240,
  options: ['mss', 'sackOK', 'ts', 'nop', 'wscale'],
  windowScale: 7,
  dontFragment: true,
  ecn: 0.1,
  onSynAck: 'connect',
  triesAfterReset: 0,
  heedsIcmp: true,
  remembersIcmp: true,
  ports: [32768, 28232],
} as const;

const WINDOWS = {
  ttl: 128,
  window: 64240,
  options: ['mss', 'nop', 'wscale', 'nop', 'nop', 'sackOK'],
  windowScale: 8,
  dontFragment: true,
  ecn: 0,
  onSynAck: 'connect',
  triesAfterReset: 3,
  heedsIcmp: false,
  remembersIcmp: false,
  ports: [49152, 16384],
} as const;

const SCANNER = {
  family: 'single',
  gaps: [],
  patience: 0,
  ttl: 255,
  windowScale: 0,
  dontFragment: false,
  ecn: 0,
  onSynAck: 'reset',
  triesAfterReset: 0,
  heedsIcmp: false,
  remembersIcmp: false,
  ports: [32768, 28232],
} as const;

const LINEAR_GAPS = [1, 1, 1, 1, 1, 2, 4, 8, 16, 32] as const;

export const STACKS: Readonly<Record<StackName, Stack>> = {
  'linux-exponential': {
    ...LINUX,
    name: 'linux-exponential',
    family: 'linux-exponential',
    gaps: [1, 2, 4, 8, 16, 32],
    patience: 64,
  },
  'linux-linear': {
    ...LINUX,
    name: 'linux-linear',
    family: 'linux-linear',
    gaps: LINEAR_GAPS,
    patience: 64,
  },
  windows: {
    ...WINDOWS,
    name: 'windows',
    family: 'windows-1s',
    gaps: [1, 2, 4, 8],
    patience: 16,
  },
  'windows-old': {
    ...WINDOWS,
    name: 'windows-old',
    family: 'windows-3s',
    gaps: [3, 6],
    patience: 12,
    window: 8192,
  },
  macos: {
    ...LINUX,
    name: 'macos',
    family: 'linux-linear',
    // TCPTV_KEEP_INIT ends it at 75 s: 8 s after the SYN at 67.
    gaps: LINEAR_GAPS,
    patience: 8,
    window: 65535,
    options: ['mss', 'nop', 'wscale', 'nop', 'nop', 'ts', 'sackOK', 'eol'],
    windowScale: 6,
    ecn: 0.5,
    remembersIcmp: false,
    ports: [49152, 16384],
  },
  lwip: {
    ...SCANNER,
    name: 'lwip',
    family: 'lwip',
    gaps: [3, 3, 3, 3, 3, 3],
    patience: 3,
    window: 5840,
    options: ['mss'],
    onSynAck: 'connect',
    ports: [49152, 16384],
  },
  masscan: { ...SCANNER, name: 'masscan', window: 1024, options: [] },
  zmap: { ...SCANNER, name: 'zmap', window: 65535, options: ['mss'] },
  spoofed: { ...SCANNER, name: 'spoofed', window: 512, options: [], onSynAck: 'ignore' },
};

/** The six stacks that people connect with. */
export const REAL_STACKS: readonly StackName[] = [
  'linux-exponential',
  'linux-linear',
  'windows',
  'windows-old',
  'macos',
  'lwip',
];

/** `mss` by the link's MTU; `clock` is the host's TSval, a millisecond each. */
export function synOptions(stack: Stack, mss: number, clock: number): Uint8Array {
  return optionBytes(
    stack.options.map((name): TcpOption => {
      if (name === 'mss') return ['mss', mss];
      if (name === 'wscale') return ['wscale', stack.windowScale];
      if (name === 'ts') return ['ts', clock, 0];
      return name;
    }),
  );
}

/**
 * How late a timer fires, as a share of its length: never early, mostly 2 to
 * 3 %, and no more than the 12.5 % of Linux's timer wheel.
 */
export function lateness(random: Random): number {
  return Math.min(0.125, random.lognormal(0.023, 0.4));
}
