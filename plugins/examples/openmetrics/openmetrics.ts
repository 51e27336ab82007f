/** openmetrics: counts of outcomes as a text file, for node_exporter's textfile collector. */
import { renameSync, writeFileSync } from 'node:fs';
import { defineSink, OutputError } from 'unackd';
import type { Attempt, Incident, Outcome } from 'unackd';

/** Series that are kept at most; a scan of a network has no more. */
const ENDPOINTS_MOST = 10_000;

/** OpenMetrics 1.0, "Escaping": backslash, line feed and quote. */
function label(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function labels(pairs: Readonly<Record<string, string | number>>): string {
  const texts = Object.entries(pairs).map(([name, value]) => `${name}="${label(String(value))}"`);
  return `{${texts.join(',')}}`;
}

/** Counters of one endpoint, by outcome. */
interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly outcomes: Map<Outcome, number>;
}

export default defineSink({
  api: 1,
  name: 'openmetrics',
  doc: 'Writes counts of outcomes and firing incidents to a file in the OpenMetrics text format.',
  reads: ['attempt', 'incident'],
  options: {
    path: { type: 'path', default: 'unackd.prom', doc: 'file to write, whole each time' },
  },
  create({ path }, host) {
    const endpoints = new Map<number | string, Endpoint>();
    const firing = new Map<string, Incident>();
    let left = 0;
    let changed = true;

    const text = (): string => {
      const attempts = [...endpoints.values()].flatMap(({ ip, port, outcomes }) =>
        [...outcomes].map(
          ([outcome, count]) => `unackd_attempts_total${labels({ ip, port, outcome })} ${count}`,
        ),
      );
      const incidents = [...firing.values()].map(({ id, kind, scope }) => {
        const { ip, port, prefix } = scope;
        const where = { ip: ip ?? '', port: port ?? '', prefix: prefix ?? '' };
        return `unackd_incident_firing${labels({ id, kind, ...where })} 1`;
      });
      return `${[
        '# TYPE unackd_attempts counter',
        '# HELP unackd_attempts TCP connection attempts by what became of them.',
        ...attempts,
        '# TYPE unackd_incident_firing gauge',
        '# HELP unackd_incident_firing 1 for each incident that fires.',
        ...incidents,
        '# TYPE unackd_attempts_left_out counter',
        '# HELP unackd_attempts_left_out Attempts at endpoints over the first 10,000.',
        `unackd_attempts_left_out_total ${left}`,
        '# EOF',
      ].join('\n')}\n`;
    };

    return {
      finalOnly: true,
      attempt(attempt: Attempt) {
        const { server, outcome } = attempt;
        const key = attempt.server_key ?? `${server.ip} ${server.port}`;
        let endpoint = endpoints.get(key);
        changed = true;
        if (endpoint === undefined) {
          if (endpoints.size >= ENDPOINTS_MOST) {
            if (left++ === 0)
              host.log('warn', `over ${ENDPOINTS_MOST} endpoints: see unackd_attempts_left_out`);
            return;
          }
          endpoint = { ip: server.ip, port: server.port, outcomes: new Map() };
          endpoints.set(key, endpoint);
        }
        endpoint.outcomes.set(outcome, (endpoint.outcomes.get(outcome) ?? 0) + 1);
      },
      incident(incident) {
        changed = true;
        if (incident.state === 'firing') firing.set(incident.id, incident);
        else firing.delete(incident.id);
      },
      // Whole, and put in place at once: who scrapes meanwhile gets the one before.
      flush() {
        if (!changed) return;
        changed = false;
        try {
          writeFileSync(`${path}.new`, text());
          renameSync(`${path}.new`, path);
        } catch (error) {
          throw new OutputError(74, `${path}: ${(error as Error).message}`);
        }
      },
    };
  },
});
