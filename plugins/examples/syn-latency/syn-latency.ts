/** syn-latency: how long each endpoint takes to answer a SYN, in percentiles. */
import { defineAnalyser } from 'unackd';
import type { Attempt, Micros } from 'unackd';
import { Quantiles } from './quantiles.ts';

const SECOND = 1_000_000;

/** Endpoints that are kept at most, 1 KiB each; a scan of a network has no more. */
const ENDPOINTS_MOST = 10_000;

interface Endpoint {
  readonly name: string;
  readonly latency: Quantiles;
}

function nameOf({ server: { ip, port } }: Attempt): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function milliseconds(seconds: number): string {
  const ms = seconds * 1000;
  return `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

export default defineAnalyser({
  api: 1,
  name: 'syn-latency',
  doc: 'Tells how long endpoints take to answer a SYN: percentiles, and those that became slow.',
  reads: ['attempt'],
  emits: ['notice'],
  options: {
    every: { type: 'duration', default: '1m', min: '1s', doc: 'how often percentiles are told' },
    slow: {
      type: 'duration',
      default: '0s',
      doc: 'tell only endpoints whose 95th percentile is over this',
    },
    least: { type: 'int', default: 20, min: 1, doc: 'answers that percentiles are made of' },
  },
  create({ every, slow, least }, host, emit) {
    const endpoints = new Map<number | string, Endpoint>();
    let due: Micros | null = null;
    let full = false;

    const tell = (now: Micros): void => {
      for (const { name, latency } of endpoints.values()) {
        const p95 = latency.at(0.95);
        if (latency.count < least || p95 * SECOND <= slow) continue;
        const figures = [0.5, 0.95, 0.99].map(
          (share) => `p${share * 100} ${milliseconds(latency.at(share))}`,
        );
        const text = `${name} answers SYNs in ${figures.join(', ')} (${latency.count} answers)`;
        emit({ type: 'notice', code: 'syn-latency', time: now, text });
        latency.clear();
      }
    };

    const endpointOf = (attempt: Attempt): Endpoint | undefined => {
      // Cheaper than the text, where there is one.
      const key = attempt.server_key ?? nameOf(attempt);
      const known = endpoints.get(key);
      if (known !== undefined || endpoints.size >= ENDPOINTS_MOST) {
        if (known === undefined && !full) {
          full = true;
          host.log('warn', `${ENDPOINTS_MOST} endpoints are watched: further ones are left out`);
        }
        return known;
      }
      const made = { name: nameOf(attempt), latency: new Quantiles() };
      endpoints.set(key, made);
      return made;
    };

    return {
      // A SYN that nobody answered has no latency.
      skipsLone: () => true,
      attempt(attempt) {
        if (due === null) {
          due = attempt.at + every;
          host.wakeAt(due);
        }
        const { answered_after: seconds, syns, final } = attempt;
        // A repeated SYN measures the client's timer, not the way to the server.
        if (!final || seconds === null || syns > 1) return;
        endpointOf(attempt)?.latency.add(seconds);
      },
      advance(now) {
        tell(now);
        due = now + every;
        host.wakeAt(due);
      },
      end: (now) => tell(now),
    };
  },
});
