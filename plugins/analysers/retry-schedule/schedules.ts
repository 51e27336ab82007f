import type { ScheduleFamily } from 'unackd';

/** When a stack sends the SYNs of one active open. */
export interface StackSchedule {
  /** The record's word. `unknown` stands for a known pattern that the record has no word for. */
  readonly family: ScheduleFamily;
  /** Seconds after the first SYN, ascending from 0; also those that only a raised retry limit brings out. */
  readonly times: readonly number[];
  /** SYNs that the stack sends by default before it gives up. */
  readonly count: number;
  /** Seconds after the first SYN at which connect() fails by default. */
  readonly givesUp: number;
  /** Seconds by which the first gap alone may be short, where the timer counts ticks that began before the SYN. */
  readonly tick?: number;
  /** Where the numbers come from. */
  readonly source: string;
}

/**
 * The one table, likeliest first: of two schedules that explain the SYNs
 * equally well, the earlier one is told.
 */
export const SCHEDULES: readonly StackSchedule[] = [
  {
    family: 'linux-exponential',
    // Past 63 only with tcp_syn_retries raised; TCP_RTO_MAX caps the gap at 120 s.
    times: [0, 1, 3, 7, 15, 31, 63, 127, 247, 367, 487, 607],
    count: 7,
    givesUp: 127,
    source:
      'Linux Documentation/networking/ip-sysctl.rst, tcp_syn_retries 6; RFC 6298 (2.1) initial RTO 1 s, (5.5) doubling; newer FreeBSD alike',
  },
  {
    family: 'linux-linear',
    times: [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67, 131, 251, 371, 491],
    count: 11,
    // XNU gives up at 75 s (TCPTV_KEEP_INIT), after the same 11 SYNs.
    givesUp: 131,
    source:
      'Linux 6.5+ ip-sysctl.rst, tcp_syn_linear_timeouts 4; xnu bsd/netinet/tcp_timer.c tcp_syn_backoff',
  },
  {
    family: 'windows-3s',
    times: [0, 3, 9],
    count: 3,
    givesUp: 21,
    source:
      'Windows 7, Server 2008 R2 and older: initial RTO 3 s (RFC 1122), TcpMaxConnectRetransmissions 2',
  },
  {
    // Its times are the start of linux-exponential's, so timing alone never
    // tells it; that the fifth SYN was the last does.
    family: 'windows-1s',
    times: [0, 1, 3, 7, 15],
    count: 5,
    givesUp: 31,
    source: 'netsh int tcp show global: Initial RTO 1000, Max SYN Retransmissions 4',
  },
  {
    family: 'lwip',
    times: [0, 3, 6, 9, 12, 15, 18],
    count: 7,
    givesUp: 21,
    // rtime counts slow ticks of 500 ms (TCP_SLOW_INTERVAL), the first one cut short.
    tick: 0.5,
    source:
      'lwip src/core/tcp.c tcp_slowtmr (no back-off in SYN_SENT), opt.h LWIP_TCP_RTO_TIME, TCP_SYNMAXRTX 6',
  },
  {
    // Without this row such a router would pass for a Linux whose first SYN was lost.
    family: 'unknown',
    times: [0, 2, 6, 14],
    count: 4,
    givesUp: 30,
    source: 'routers (BGP, MSDP) as captured: initial RTO 2 s, doubling (RFC 6298 (5.5))',
  },
];

/** The row of a family that the record has a word for. */
export function scheduleOf(family: ScheduleFamily): StackSchedule | undefined {
  return family === 'unknown' ? undefined : SCHEDULES.find((row) => row.family === family);
}

/** A gap may be this share too long: Linux's timer wheel (kernel/time/timer.c: 12.5 % granularity). */
export const LATE_SHARE = 0.125;

/** Seconds that a gap may be too long beside that: time stamps are taken late, too. */
export const LATE_SLACK = 0.005;

/**
 * Seconds that a gap may be too short. Timers never are; but the first of the
 * two SYNs may have been held up on its way to the capture, or in its ring.
 */
export const EARLY_SLACK = 0.025;

/** Seconds. SYNs closer than this are one SYN captured twice (`-i any`, a mirror port): no timer is that short. */
export const DUPLICATE_WITHIN = 0.01;
