/** The command: one experiment, cleaned up however it ends. */
import { Capture } from './capture-file.ts';
import { onFirstSignal } from '../engine/signals.ts';
import { Run } from './run.ts';
import type { RunOptions } from './run.ts';
import type { Reporter } from './findings.ts';
import { removeLeftovers } from './hosts.ts';
import { demandIp, demandIpv6, demandRoot, firewallTool } from './system.ts';
import type { FirewallTool } from './system.ts';

export interface LabRequest extends Omit<RunOptions, 'tool' | 'packets'> {
  readonly tool: FirewallTool | undefined;
  /** Where the packets go, as pcapng. */
  readonly write: string | undefined;
  /** A file that is there gives way to them. */
  readonly force: boolean;
}

/** As shells tell them. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs an experiment. At Ctrl-C it stops, and the hosts are removed all the same.
 * @returns the exit code
 * @throws Error with an exit code: 77 without root, 78 where a program is missing, 74 where the packets can't be written
 */
export async function lab(request: LabRequest, reporter: Reporter): Promise<number> {
  demandRoot('unackd lab');
  demandIp();
  if (request.v6) demandIpv6();
  const tool = request.tool ?? firewallTool();
  const capture = request.write === undefined ? null : new Capture(request.write, request.force);
  const killed = removeLeftovers();
  if (killed.length > 0) {
    reporter.say(null, `removed what a lab that was killed left: ${killed.join(', ')}`);
  }
  const stopping = new AbortController();
  let exitCode = 0;
  const ignoreSignals = onFirstSignal((signal) => {
    exitCode = EXIT_CODES[signal as keyof typeof EXIT_CODES];
    stopping.abort();
  });
  const run = new Run({ ...request, tool, packets: capture?.folder ?? null }, reporter);
  try {
    await run.perform(stopping.signal);
    return 0;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return exitCode;
  } finally {
    run.remove();
    ignoreSignals();
    capture?.close();
  }
}
