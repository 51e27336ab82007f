import type { Micros } from '../model/attempt.ts';
import type { Sight } from './sight.ts';

/** What the sources of one pipeline see, for the time that they share. */
export class Sights {
  private readonly all = new Set<Sight>();

  add(sight: Sight): void {
    this.all.add(sight);
  }

  remove(sight: Sight): void {
    this.all.delete(sight);
  }

  /**
   * Up to when time may go on without a packet; NaN where it must stand still.
   * What falls due while a source is perhaps blind must not fall due: an answer
   * may have passed unseen. One that is known to be blind has had its last words,
   * and holds up nobody but itself.
   */
  reach(now: Micros): Micros {
    let reached = now;
    let judged = 0;
    let blind = 0;
    for (const sight of this.all) {
      if (!sight.isJudged) continue;
      judged++;
      if (sight.isBlind) blind++;
      else reached = Math.min(reached, sight.trustedUntil);
    }
    return judged > 0 && blind === judged ? Number.NaN : reached;
  }
}
