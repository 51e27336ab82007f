/** The plugins that there are. What they depend on they load themselves, when they are used. */
import blackHole from '../../plugins/analysers/black-hole/plugin.ts';
import icmpCorrelation from '../../plugins/analysers/icmp-correlation/plugin.ts';
import retrySchedule from '../../plugins/analysers/retry-schedule/plugin.ts';
import jsonl from '../../plugins/sinks/jsonl/plugin.ts';
import sqlite from '../../plugins/sinks/sqlite/plugin.ts';
import syslog from '../../plugins/sinks/syslog/plugin.ts';
import webhook from '../../plugins/sinks/webhook/plugin.ts';
import live from '../../plugins/sources/live/plugin.ts';
import { formatOf } from '../../plugins/sources/pcap/magic.ts';
import pcap from '../../plugins/sources/pcap/plugin.ts';
import { registryOf } from '../config/registry.ts';
import { withOutside } from '../outside/registry.ts';
import type { PluginRegistry } from '../config/read.ts';

const plugins = registryOf([
  pcap,
  live,
  retrySchedule,
  icmpCorrelation,
  blackHole,
  sqlite,
  jsonl,
  webhook,
  syslog,
]);
/** Those that come with unackd. */
export const bundled: PluginRegistry = { ...plugins, captureFormat: formatOf };

/** Those, and all that a configuration names by path or has in its folders. */
export const installed = withOutside(bundled);

/** What could be captured on, for the command that lists it. */
export { reportInterfaces } from '../../plugins/sources/live/interfaces.ts';

/** What is there, for who has to know before it is opened. */
export { statsOf } from '../../plugins/sources/pcap/open.ts';

/** What Node does not have of the C library. */
export { loadLibc } from '../../plugins/sources/live/libc.ts';

/** What `doctor` asks of the machine and of a database. */
export { landlockAbi } from '../../plugins/sources/live/landlock-state.ts';
export { clockState } from '../../plugins/sources/live/clock-state.ts';
export { examineDatabase } from '../../plugins/sinks/sqlite/examine.ts';

/** What the sqlite sink wrote, for the commands that ask it. */
export { openHistory } from '../../plugins/sinks/sqlite/history.ts';

/** Where the outbox is kept: such a database, whether or not a sink writes to it. */
export { openDatabase } from '../../plugins/sinks/sqlite/open.ts';
export { outputFault } from '../../plugins/sinks/sqlite/faults.ts';
/** The same for any other file. */
export { outputFault as fileFault } from '../../plugins/sinks/jsonl/faults.ts';
/** Lines into a pipe or a terminal that make nobody wait. */
export { openLineFile } from '../../plugins/sinks/jsonl/open.ts';
/** One process a database. */
export { holdDatabase } from '../../plugins/sinks/sqlite/hold.ts';
