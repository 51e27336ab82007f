/**
 * Capture time as the flow stage uses it: it never runs backwards. Packets a
 * little out of order keep their own time; a clock that was set back is
 * followed by shifting what comes after, so that deadlines go on running.
 */

/** Later than this behind the newest packet is told to the user. */
const TOLD_BEHIND = 1_000_000;
/** Further behind than this, the clock was set back and is followed. */
const SET_BACK = 60_000_000;

export class CaptureClock {
  /** The newest time so far, on the table's clock; NaN before the first packet. */
  now = Number.NaN;
  /** Add to a time of the table's clock to get the packets' own. */
  wall = 0;
  /** How often a packet came more than a second behind the newest. */
  wentBack = 0;
  /** When that happened first (packets' own time), and by how much; for the notice. */
  wentBackAt = Number.NaN;
  wentBackBy = 0;

  private formerWall = 0;
  private behind = false;

  /**
   * Takes a packet's own time; gives it on the table's clock and moves `now`
   * along. May be less than `now` for a packet out of order.
   */
  take(time: number): number {
    let t = time - this.wall;
    if (t >= this.now) {
      if (t - this.now > SET_BACK && this.formerWall !== this.wall) {
        // Set forward again, or two captures far apart interleaved: back to the former clock.
        const former = time - this.formerWall;
        if (former >= this.now && former < t) {
          [this.wall, this.formerWall] = [this.formerWall, this.wall];
          t = former;
        }
      }
      this.now = t;
      this.behind = false;
      return t;
    }
    if (Number.isNaN(this.now)) {
      this.now = t;
      return t;
    }
    const lag = this.now - t;
    if (lag > TOLD_BEHIND) this.noteBehind(time, lag);
    if (lag <= SET_BACK) return t;
    this.formerWall = this.wall;
    this.wall = time - this.now;
    return this.now;
  }

  /** Moves on to a packet's own time that is known not to lie before `now`. */
  moveOn(time: number): void {
    this.now = time - this.wall;
  }

  /** The packets' own time of a moment on the table's clock. */
  wallTime(t: number): number {
    return t + this.wall;
  }

  /** Within a frame whose own time is aside from ours. */
  aside = false;
  /** What to add to the table's clock to get the time of the clock that was last met aside. */
  private asideWall = Number.NaN;

  /** Whether a time goes on where the clock that was met aside would be now. */
  isAside(at: number): boolean {
    return Math.abs(at - this.now - this.asideWall) < SET_BACK;
  }

  /**
   * For one frame whose time leaps ahead of ours while the next is back: it
   * counts as now, and is told with its own time.
   */
  step(newest: number, at: number): void {
    if (newest > this.wallTime(this.now)) this.moveOn(newest);
    this.wall = at - this.now;
    this.asideWall = this.wall;
    this.aside = true;
    this.behind = false;
    this.noteBehind(newest, at - newest);
    this.behind = false;
  }

  /** The frame is done; `wall` is what it was before. */
  stepBack(wall: number): void {
    this.wall = wall;
    this.aside = false;
  }

  private noteBehind(time: number, lag: number): void {
    if (this.behind) return; // one step back, not one for each packet until time has caught up
    this.behind = true;
    this.wentBack++;
    if (this.wentBack === 1) {
      this.wentBackAt = time;
      this.wentBackBy = lag;
    }
  }
}
