/** What /metrics tells: Prometheus's text format, by prom-client. No label grows with the traffic. */
import { Counter, Gauge, Registry } from 'prom-client';
import { OUTCOMES } from '../model/attempt.ts';
import { version } from '../version.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { Daemon } from './state.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

export function openMetrics(daemon: Daemon, loop: LoopDelay): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <const L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
  ): Counter<L> => new Counter({ name, help, labelNames, registers });
  const gauge = <const L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
  ): Gauge<L> => new Gauge({ name, help, labelNames, registers });

  const attempts = counter('unackd_attempts_total', 'Attempts by what they came to.', [
    'source',
    'outcome',
  ]);
  const packets = counter('unackd_packets_total', 'Packets read.', ['source']);
  const bytes = counter('unackd_bytes_total', 'Bytes of these packets as they were on the wire.', [
    'source',
  ]);
  const segments = counter('unackd_segments_total', 'Packets that matter to handshakes.', [
    'source',
  ]);
  const events = counter(
    'unackd_decode_events_total',
    'Packets that could not be decoded wholly, by what was wrong.',
    ['source', 'name'],
  );
  const slots = gauge(
    'unackd_table_slots',
    'Places in the table of attempts; live sources share one, under the first.',
    ['source', 'state'],
  );
  const evictions = counter(
    'unackd_table_evictions_total',
    'Attempts let go because the table was full.',
    ['kind'],
  );
  const notices = counter('unackd_notices_total', 'Notices by code.', ['code']);
  const incidents = gauge(
    'unackd_incidents',
    'Incidents: firing now, and resolved since the start.',
    ['kind', 'state'],
  );
  const up = gauge(
    'unackd_source_up',
    '1 while a source is read or waits for its turn; 0 once it has ended or failed.',
    ['source'],
  );
  const blind = gauge(
    'unackd_source_blind',
    '1 while a live source that brought packets brings none.',
    ['source'],
  );
  const newest = gauge(
    'unackd_source_last_packet_timestamp_seconds',
    'Capture time of the newest packet of a source that is read.',
    ['source'],
  );
  const drops = counter(
    'unackd_capture_drops_total',
    'Packets lost in capturing, by who dropped them.',
    ['source', 'by'],
  );
  const handshakes = counter(
    'unackd_handshakes_total',
    'Handshakes that worked, by their SYN-ACK: captured, or missing from the capture.',
    ['source', 'syn_ack'],
  );
  const waiting = gauge('unackd_sink_waiting', 'Incidents and notices that wait for a sink.', [
    'sink',
  ]);
  const lost = counter(
    'unackd_sink_lost_total',
    'Records that a sink let go since it was opened, for want of room or of a reader.',
    ['sink'],
  );
  const failures = gauge(
    'unackd_sink_failures',
    'Tries in a row that failed to tell a sink its next message.',
    ['sink'],
  );
  const missed = counter(
    'unackd_plugin_missed_total',
    'What analysers of your own were not told, being too slow, failed or off.',
    ['plugin', 'what'],
  );
  const lateNotes = counter(
    'unackd_plugin_late_notes_total',
    'Attempts that went on without the notes of an analyser of your own, which came too late.',
    ['plugin'],
  );
  const counted = counter('unackd_plugin_counter_total', 'What plugins count themselves.', [
    'plugin',
    'name',
  ]);
  const gauged = gauge('unackd_plugin_gauge', 'Values that plugins set themselves.', [
    'plugin',
    'name',
  ]);
  const delay = gauge(
    'unackd_event_loop_delay_seconds',
    'How late the event loop was since this was last asked for.',
    ['quantile'],
  );
  const memory = gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', []);
  const cpu = counter(
    'process_cpu_seconds_total',
    'Total user and system CPU time spent in seconds.',
    [],
  );
  const start = gauge(
    'process_start_time_seconds',
    'Start time of the process since unix epoch in seconds.',
    [],
  );
  gauge('unackd_build_info', 'Always 1; the labels say what runs.', ['version', 'node']).set(
    { version, node: process.version },
    1,
  );
  start.set(daemon.started / 1000);

  async function collect(): Promise<void> {
    const late = await loop.look();
    const going = daemon.engine.going;
    // A source that a reload took away keeps its counts, and has no table any more.
    for (const one of [
      attempts,
      packets,
      bytes,
      segments,
      events,
      evictions,
      notices,
      drops,
      handshakes,
      lost,
      missed,
      lateNotes,
      counted,
      cpu,
    ])
      one.reset();
    for (const one of [slots, incidents, up, blind, newest, waiting, failures, gauged]) one.reset();
    for (const [source, sums] of daemon.tally.sources(daemon.engine.pipelines)) {
      OUTCOMES.forEach((outcome, i) => attempts.inc({ source, outcome }, sums.outcomes[i]));
      packets.inc({ source }, sums.packets);
      bytes.inc({ source }, sums.bytes);
      segments.inc({ source }, sums.segments);
      handshakes.inc({ source, syn_ack: 'captured' }, sums.synAcks.captured);
      handshakes.inc({ source, syn_ack: 'missing' }, sums.synAcks.missing);
      for (const [name, count] of sums.events) events.inc({ source, name }, count);
      evictions.inc({ kind: 'lone' }, sums.evictions.lone);
      evictions.inc({ kind: 'held' }, sums.evictions.held);
    }
    for (const { source, flow } of daemon.engine.pipelines) {
      slots.set({ source, state: 'used' }, flow.table.used);
      slots.set({ source, state: 'capacity' }, flow.table.capacity);
    }
    for (const { id } of daemon.config.sources) up.set({ source: id }, going.has(id) ? 1 : 0);
    for (const [source, watch] of daemon.engine.watches) {
      const { sight, losses } = watch;
      if (sight.blindAfter > 0) blind.set({ source }, watch.sight.isBlind ? 1 : 0);
      if (!Number.isNaN(sight.last)) newest.set({ source }, sight.last / 1e6);
      if (losses.counts === null) continue;
      drops.inc({ source, by: 'kernel' }, losses.counts.kernel);
      drops.inc({ source, by: 'interface' }, losses.counts.interface);
    }
    for (const [code, count] of daemon.tally.notices) notices.inc({ code }, count);
    for (const { kind } of daemon.tally.firing.values()) incidents.inc({ kind, state: 'firing' });
    for (const [kind, count] of daemon.tally.resolved)
      incidents.set({ kind, state: 'resolved' }, count);
    for (const queue of daemon.engine.delivery?.queues ?? []) {
      waiting.set({ sink: queue.id }, queue.waiting);
      failures.set({ sink: queue.id }, queue.failures);
    }
    for (const [sink, health] of daemon.engine.sinkHealth) lost.inc({ sink }, health.lost);
    for (const [plugin, shortfall] of daemon.engine.hosts.shortfalls) {
      missed.inc({ plugin, what: 'event' }, shortfall.events);
      missed.inc({ plugin, what: 'segment' }, shortfall.segments);
      lateNotes.inc({ plugin }, shortfall.lateNotes);
    }
    for (const [plugin, { all }] of daemon.engine.hosts.meters) {
      for (const { kind, name, value } of all) {
        if (kind === 'counter') counted.inc({ plugin, name }, value);
        else gauged.set({ plugin, name }, value);
      }
    }
    for (const [quantile, seconds] of late) delay.set({ quantile: String(quantile) }, seconds);
    memory.set(process.memoryUsage.rss());
    const { user, system } = process.cpuUsage();
    cpu.inc((user + system) / 1e6);
  }

  return {
    contentType: registry.contentType,
    text: async () => {
      await collect();
      return registry.metrics();
    },
  };
}
