/** black-hole: tells when a port, host or network starts to swallow SYNs, to refuse or to answer unheard, and when it recovers. */
import { defineAnalyser } from 'unackd';
import type { Micros } from 'unackd';
import { Detector } from './detector.ts';
import { PlaceList, placeFaults } from './prefix.ts';

export default defineAnalyser({
  api: 1,
  name: 'black-hole',
  doc: 'Tells when ports, hosts and networks start to swallow SYNs or to refuse, and when they recover.',
  reads: ['attempt'],
  emits: ['incident', 'notice'],
  remembers: 1,
  options: {
    false_alarms: {
      type: 'number',
      default: 1e-6,
      min: 1e-12,
      max: 1,
      doc: 'false black holes to expect of one endpoint in an hour, were losses independent once they outlast a burst',
    },
    for: {
      type: 'duration',
      default: '0s',
      min: '0s',
      doc: 'how long an alarm must last before it is told',
    },
    keep_firing_for: {
      type: 'duration',
      default: '5s',
      min: '0s',
      doc: 'how long answers must keep coming before an incident is over',
    },
    flap_window: {
      type: 'duration',
      default: '5m',
      min: '0s',
      doc: 'an incident that comes back this soon keeps its id and says how often it did',
    },
    expect: {
      type: 'list',
      of: 'string',
      default: [],
      doc: 'endpoints (10.1.0.1:443, [2001:db8::1]:443) and networks that must answer: told even if they never did',
    },
    only: {
      type: 'list',
      of: 'string',
      default: [],
      doc: 'networks, addresses and endpoints to judge; all by default',
    },
    ignore: {
      type: 'list',
      of: 'string',
      default: [],
      doc: 'networks, addresses and endpoints never to tell of',
    },
    endpoints: {
      type: 'int',
      default: 131_072,
      min: 1,
      doc: 'endpoints that answered to remember (about 1.5 KB each); the longest unused goes first',
    },
    clients: {
      type: 'int',
      default: 65_536,
      min: 1,
      doc: 'clients known to retry or to have succeeded, to remember',
    },
    waiting: {
      type: 'int',
      default: 65_536,
      min: 1,
      doc: 'attempts whose answer is waited for; beyond it the oldest is let go',
    },
  },
  check: ({ expect, only, ignore }) =>
    Object.entries({ expect, only, ignore }).flatMap(([option, texts]) =>
      placeFaults(option, texts),
    ),
  create: (options, host, emit) => {
    const expect = new PlaceList(options.expect);
    const only = new PlaceList(options.only);
    const ignore = new PlaceList(options.ignore);
    const detector = new Detector(
      {
        falseAlarms: options.false_alarms,
        life: {
          for: options.for,
          keepFiringFor: options.keep_firing_for,
          flapWindow: options.flap_window,
          remembered: 4096,
        },
        places: {
          limit: options.endpoints,
          expected: (ip, port) => expect.has(ip, port),
          muted: (ip, port) => ignore.has(ip, port) || (!only.empty && !only.has(ip, port)),
        },
        expects: !expect.empty,
        clients: options.clients,
        flows: options.waiting,
      },
      host,
      emit,
    );
    return {
      // One SYN of a client that never showed that it is real says nothing, nor does its last word.
      skipsLone: (client) => client !== null && !detector.clients.mayKnow(client),
      syn: (a) => detector.syn(a),
      attempt: (a) => {
        detector.attempt(a);
        return undefined;
      },
      blind: (since) => detector.blind(since),
      advance: (now) => detector.advance(now),
      end: (now: Micros) => detector.end(now),
      save: (memory, all) => detector.save(memory, all),
    };
  },
});
