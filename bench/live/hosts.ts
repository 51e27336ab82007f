import { Hosts } from '../../src/lab/hosts.ts';
import { demandIp, demandRoot } from '../../src/lab/system.ts';

/**
 * Works between two hosts made for it; they are gone afterwards, also after
 * Ctrl-C. A failure is said on standard error and makes the exit code 1.
 * @param name who says it
 */
export async function betweenHosts(
  name: string,
  work: (hosts: Hosts) => Promise<void>,
): Promise<void> {
  const hosts = new Hosts();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      hosts.remove();
      process.kill(process.pid, signal);
    });
  }
  try {
    demandRoot(name);
    demandIp();
    await hosts.build();
    await work(hosts);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    hosts.remove();
  }
}
