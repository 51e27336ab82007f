import { toRecord } from 'unackd';
import { eventOf, timeOf } from './words.ts';
import type { Message } from './words.ts';

/** The shape that Standard Webhooks recommends: type, timestamp, data. */
export function genericBody(message: Message): unknown {
  return { type: eventOf(message), timestamp: timeOf(message), data: toRecord(message) };
}
