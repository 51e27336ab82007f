import { Unseen } from '../engine/unseen.ts';
import type { CaptureFacts } from '../plugin/api.ts';
import type { Facts } from './messages.ts';

/** Stretches in which packets passed unseen that a plugin is told of: an hour's of a capture that loses some each 15 s. */
const STRETCHES = 256;

/** What is known of a capture by now, as it is told to a plugin's process. */
export function factsOf(capture: CaptureFacts): Facts {
  const { icmpSeen, filters, finite } = capture;
  const known = 'unseen' in capture && capture.unseen instanceof Unseen ? capture.unseen : null;
  return {
    icmpSeen,
    filters,
    finite,
    answers: capture.missing(0).answers,
    unseen: known?.newest(STRETCHES) ?? [],
  };
}
