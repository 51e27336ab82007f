import { InputError } from 'unackd';
import type {
  CaptureDrops,
  CaptureInterface,
  FrameBatch,
  HostProbe,
  Source,
  SourceHost,
} from 'unackd';
import { NotOpened, RING_DELAY } from './capture.ts';
import type { CaptureSettings } from './capture.ts';
import { machine } from './host/machine.ts';
import { shownFilter } from './kernel-filter.ts';
import { deniedText, dropTo, lendNetAdmin } from './rights.ts';
import { Tap } from './tap.ts';
import { Wait } from './wait.ts';

/**
 * Milliseconds after which whatever the kernel took is seen: the ring's own
 * delay, and what a busy machine adds to it.
 */
const SEEN_AFTER = 5 * RING_DELAY;

/** Milliseconds between two words about the time while packets come, and at most without. */
const TICK = 100;
const LONGEST_WAIT = 250;

/** Milliseconds between two looks at the interfaces themselves. */
const TENDED_EVERY = 1000;

/**
 * Microseconds that a batch spans at most. An answer that comes by another
 * interface, of this source or another one, is read as late as that: even after
 * the machine stood still, when each ring holds a long time.
 */
const BATCH_SPAN = SEEN_AFTER * 1000;

/** Milliseconds after a stop in which the rings are emptied, even if more and more comes. */
const LAST_ROUNDS = 400;

/** What the process may do once the interfaces are open. */
interface Rights {
  /** Whom root becomes. */
  readonly user: string | undefined;
  /** The firewall's rules are read. */
  readonly firewall: boolean;
  /** The kernel's reasons to drop are traced. */
  readonly dropReasons: boolean;
}

/** Captures on interfaces until it is stopped. */
export class LiveSource implements Source {
  readonly interfaces: CaptureInterface[] = [];
  readonly host: HostProbe = machine;
  readonly #taps: readonly Tap[];
  readonly #settings: CaptureSettings;
  readonly #rights: Rights;
  readonly #leave: () => void;
  readonly #host: SourceHost;
  readonly #wait = new Wait();
  /** Wall clock, milliseconds. */
  #roundBegan = 0;
  #ticked = 0;
  #tended = 0;
  #stoppedAt = Number.NaN;
  #begun = false;
  #closed = false;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(
    names: readonly string[],
    settings: CaptureSettings,
    rights: Rights,
    host: SourceHost,
  ) {
    this.#settings = settings;
    this.#rights = rights;
    this.#host = host;
    const say = (code: string, text: string): void => this.#say(code, text);
    this.#taps = names.map((name) => new Tap(name, settings, say));
    this.#leave = machine.join({
      interfaces: names,
      filtered: settings.filter !== undefined,
      firewall: rights.firewall,
      say,
    });
  }

  read(batch: FrameBatch): Promise<boolean> {
    const reading = this.#read(batch);
    this.#reading = reading.catch(() => {});
    return reading;
  }

  drops(): CaptureDrops {
    const total = { received: 0, kernel: 0, interface: 0 };
    for (const tap of this.#taps) {
      const drops = tap.drops();
      total.received += drops.received;
      total.kernel += drops.kernel;
      total.interface += drops.interface;
    }
    return total;
  }

  stop(): void {
    if (!Number.isNaN(this.#stoppedAt)) return;
    this.#stoppedAt = Date.now();
    this.#wait.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wait.wake();
    await this.#reading;
    for (const tap of this.#taps) tap.close();
    this.#leave();
  }

  async #read(batch: FrameBatch): Promise<boolean> {
    if (!this.#begun) await this.#begin();
    while (!this.#closed) {
      if (this.#next(batch)) return true;
      const full = this.#taps.some((tap) => tap.full);
      const began = this.#roundBegan;
      if (this.#isLast(full)) {
        batch.now = began * 1000;
        return false;
      }
      if (!full && began - this.#ticked >= TICK) {
        // What came later may still be on its way.
        batch.now = (began - SEEN_AFTER) * 1000;
        this.#ticked = began;
        return true;
      }
      if (!full) await this.#pause();
      this.#beginRound();
    }
    return false;
  }

  /**
   * Fills the batch from the tap that holds the oldest frame; false at the
   * round's end: nothing is left, or a ring must be asked again first.
   */
  #next(batch: FrameBatch): boolean {
    let oldest: Tap | undefined;
    for (const tap of this.#taps) {
      if (tap.lags) return false;
      if (tap.nextTime < (oldest?.nextTime ?? Number.POSITIVE_INFINITY)) oldest = tap;
    }
    return oldest?.take(batch, oldest.nextTime + BATCH_SPAN) === true;
  }

  #beginRound(): void {
    this.#roundBegan = Date.now();
    for (const tap of this.#taps) tap.drain();
    if (this.#roundBegan - this.#tended < TENDED_EVERY) return;
    this.#tended = this.#roundBegan;
    for (const tap of this.#taps) if (tap.tend()) this.#place(tap);
    machine.tend(this.#roundBegan);
  }

  /** After a stop: whether this round has emptied the rings of all that came before. */
  #isLast(full: boolean): boolean {
    const since = this.#roundBegan - this.#stoppedAt;
    return since >= LAST_ROUNDS || (since >= SEEN_AFTER && !full);
  }

  async #pause(): Promise<void> {
    const stopped = !Number.isNaN(this.#stoppedAt);
    const watched = this.#taps.flatMap(({ capture }) => capture?.watched ?? []);
    await this.#wait.for(watched, stopped ? RING_DELAY : LONGEST_WAIT);
  }

  /** @throws InputError where an interface that is there can't be captured on */
  async #begin(): Promise<void> {
    this.#begun = true;
    for (const tap of this.#taps) {
      try {
        if (tap.open()) this.#place(tap);
      } catch (error) {
        throw this.#refused(tap.name, error);
      }
    }
    const { user, firewall, dropReasons } = this.#rights;
    if (dropReasons) machine.traceDrops();
    if (user !== undefined) await dropTo(user, firewall);
    if (firewall) lendNetAdmin();
    this.#sayWidened();
    this.#tended = Date.now();
    this.#beginRound();
  }

  #refused(name: string, error: unknown): unknown {
    if (!(error instanceof NotOpened)) return error;
    if (error.reason === 'forbidden') return new InputError(77, `${name}: ${deniedText()}`);
    return new InputError(66, `${name}: can't be captured on: ${error.message}`);
  }

  #sayWidened(): void {
    const { filter } = this.#settings;
    const capture = this.#taps.find((tap) => tap.capture !== null)?.capture;
    if (filter === undefined || capture?.hidesIcmp(filter) !== true) return;
    this.#say(
      'filter-widened',
      `'filter' (${filter}) lets no ICMP error pass; those are taken all the same, as refusals come by them`,
    );
  }

  /** Says where the frames of a tap that was opened now are from. */
  #place(tap: Tap): void {
    const { name, capture } = tap;
    if (capture === null) return;
    const { linkType } = capture;
    const known = this.interfaces.findIndex((i) => i.name === name && i.linkType === linkType);
    tap.index = known === -1 ? this.interfaces.length : known;
    if (known !== -1) return;
    const { filter, snapLength } = this.#settings;
    this.interfaces.push({
      name,
      linkType,
      filter: shownFilter(filter),
      snapLength,
      hidesAcks: true,
    });
  }

  #say(code: string, text: string): void {
    this.#host.notice({ type: 'notice', code, time: Date.now() * 1000, text });
  }
}
