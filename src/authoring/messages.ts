/** What the process that runs the author's plugin says to the one that reports. */
import type { Finding } from '../plugin/conformance/finding.ts';
import type { Written } from '../plugin/conformance/defaults.ts';
import type { Place } from '../plugin/place.ts';

/** What to do: the child's one argument. */
export interface CheckOrder {
  /** The plugin's file; absolute. */
  readonly file: string;
  /** Its tests; absolute. */
  readonly tests: readonly string[];
  readonly options: Readonly<Record<string, Written>>;
  /** A folder for what it writes; absolute. */
  readonly scratch: string;
  /** Capture files for analysers and sinks; none for made-up traffic. */
  readonly captures: readonly string[];
  /** Where it may connect to, as in `permissions`. */
  readonly net: readonly string[];
  /** Only what it is. */
  readonly describeOnly?: boolean;
}

/** A finding as it crosses: errors are places by then. */
export interface ToldFinding extends Omit<Finding, 'error' | 'property'> {
  readonly place: Place | null;
}

export type CheckMessage =
  /** What it begins with, for when it never comes back. */
  | { readonly is: 'begins'; readonly what: string }
  | { readonly is: 'finding'; readonly finding: ToldFinding }
  /** Something that the plugin logged. */
  | { readonly is: 'log'; readonly level: string; readonly text: string }
  /** Its event loop turns. */
  | { readonly is: 'alive' }
  /** It needs not go on: a timer or a socket that the plugin left behind is not waited for. */
  | { readonly is: 'done' };
