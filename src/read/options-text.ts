import type { Segment } from '../wire/segment.ts';

/** A SYN's options as people write them: `mss 1460, sackOK, TS, wscale 7`. */
export function optionsText(s: Segment): string {
  const words: string[] = [];
  if (s.mss !== 0) words.push(`mss ${s.mss}`);
  if (s.sackPermitted !== 0) words.push('sackOK');
  if (s.timestamps !== 0) words.push('TS');
  if (s.windowScale >= 0) words.push(`wscale ${s.windowScale}`);
  if (s.fastOpen !== 0) words.push('Fast Open');
  return words.join(', ');
}
