import { formatDuration } from '../face/duration.ts';
import type { Micros } from '../model/attempt.ts';
import type { Notice, Trouble } from '../model/notice.ts';
import type { CaptureDrops } from '../plugin/api.ts';
import { clockTime } from './clock-time.ts';

/** Drops are asked for this often. */
const LOOK: Micros = 1_000_000;

/** A share is judged over this long. */
const WINDOW: Micros = 10_000_000;

/** Packets lost in capturing that are worth a word: one in a thousand. Fewer are only counted. */
const SHARE = 0.001;

/** Windows in a row without such loss, after which it is over. */
const CLEAN_WINDOWS = 6;

const NONE: CaptureDrops = { received: 0, kernel: 0, interface: 0 };

function minus(a: CaptureDrops, b: CaptureDrops): CaptureDrops {
  return {
    received: a.received - b.received,
    kernel: a.kernel - b.kernel,
    interface: a.interface - b.interface,
  };
}

function dropped({ kernel, interface: atInterface }: CaptureDrops): number {
  return kernel + atInterface;
}

/** The kernel counts what it drops as received, an interface doesn't. */
function shareOf(counts: CaptureDrops): number {
  const lost = dropped(counts);
  return lost === 0 ? 0 : lost / Math.max(lost, counts.received + counts.interface);
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function lossText(counts: CaptureDrops): string {
  const all = Math.max(dropped(counts), counts.received + counts.interface);
  const share = (100 * shareOf(counts)).toFixed(1);
  return `${count(dropped(counts))} of ${count(all)} packets (${share} %)`;
}

/** What helps against most of it. */
function remedy({ kernel, interface: atInterface }: CaptureDrops): string {
  return kernel >= atInterface
    ? 'the kernel had no room for them: a larger buffer or a narrower filter helps'
    : 'the interface dropped them: see `ethtool -S` for why, and `ethtool -G` for a longer ring';
}

/** Follows what a capture drops, and tells when it begins to matter and when that is over. */
export class Losses {
  /** Since the source began; `null` before the first look. */
  counts: CaptureDrops | null = null;
  /** Since when packets are being lost; NaN while they are not. */
  since: Micros = Number.NaN;
  private readonly id: string;
  private readonly tell: (notice: Notice) => void;
  private looked: Micros = Number.NaN;
  private windowFrom: Micros = Number.NaN;
  private atWindow: CaptureDrops = NONE;
  private atBegin: CaptureDrops = NONE;
  private clean = 0;

  constructor(id: string, tell: (notice: Notice) => void) {
    this.id = id;
    this.tell = tell;
  }

  due(now: Micros): boolean {
    return !(now - this.looked < LOOK);
  }

  /** @returns the packets dropped since the last look, and its time */
  look(now: Micros, counts: CaptureDrops): { from: Micros; packets: number } {
    const from = Number.isNaN(this.looked) ? now : this.looked;
    const packets = dropped(counts) - dropped(this.counts ?? NONE);
    if (Number.isNaN(this.windowFrom)) this.windowFrom = now;
    this.looked = now;
    this.counts = counts;
    this.judge(now, counts);
    return { from, packets };
  }

  private judge(now: Micros, counts: CaptureDrops): void {
    const inWindow = minus(counts, this.atWindow);
    const heavy = shareOf(inWindow) >= SHARE;
    if (heavy && Number.isNaN(this.since)) {
      this.since = this.windowFrom;
      this.atBegin = this.atWindow;
      this.say(
        now,
        'begins',
        'capture-loss',
        `${lossText(inWindow)} were dropped in capturing since ${clockTime(this.since)}; until this is over silence proves less; ${remedy(inWindow)}`,
      );
    }
    if (now - this.windowFrom < WINDOW) return;
    this.clean = heavy ? 0 : this.clean + 1;
    this.windowFrom = now;
    this.atWindow = counts;
    if (Number.isNaN(this.since) || this.clean < CLEAN_WINDOWS) return;
    const all = minus(counts, this.atBegin);
    const span = formatDuration((CLEAN_WINDOWS * WINDOW) / 1e6);
    this.say(
      now,
      'ends',
      'capture-loss-over',
      `nothing worth a word was dropped in capturing for ${span}; since ${clockTime(this.since)} it were ${lossText(all)}`,
    );
    this.since = Number.NaN;
  }

  private say(time: Micros, state: Trouble['state'], code: string, text: string): void {
    const trouble = { id: `capture-loss ${this.id}`, state };
    this.tell({ type: 'notice', code, time, text: `${this.id}: ${text}`, trouble });
  }
}
