/**
 * A software bill of materials (CycloneDX, JSON): npm's own, of which stays what
 * is inside. Without times and random numbers, the same for the same binary.
 */
import { createHash } from 'node:crypto';
import { npm as runNpm } from '../npm.ts';
import type { Part } from './parts.ts';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly 'bom-ref': string;
}

/** Of https://cyclonedx.org/docs/1.5/json/ what is read or changed here. */
interface Bill {
  readonly serialNumber?: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

function npmBill(): Bill {
  const { status, stdout, stderr } = runNpm(
    'sbom',
    '--sbom-format=cyclonedx',
    '--package-lock-only',
  );
  if (status !== 0) throw new Error(`npm sbom: ${stderr.trim()}`);
  return JSON.parse(stdout) as Bill;
}

/** What doesn't come from npm's registry. */
function otherComponent({ name, version, license }: Part): object {
  const purl = `pkg:generic/${name.toLowerCase()}@${version}`;
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    purl,
    licenses: [{ license: { id: license } }],
  };
}

/** @param binary what it tells of */
export function billOf(parts: readonly Part[], binary: Uint8Array): string {
  const { serialNumber: _random, metadata, ...bill } = npmBill();
  const { component } = metadata;
  const inside = new Set(parts.map(({ name, version }) => `${name}@${version}`));
  const components = bill.components.filter((one) => inside.has(`${one.name}@${one.version}`));
  const found = new Set(components.map((one) => `${one.name}@${one.version}`));
  for (const { npm, version } of parts) {
    if (npm !== null && !found.has(`${npm}@${version}`))
      throw new Error(
        `npm sbom knows no ${npm} ${version}: package-lock.json is of other packages`,
      );
  }
  const others = parts.filter(({ npm }) => npm === null);
  const refs = new Set([...components.map((one) => one['bom-ref']), component['bom-ref']]);
  const own = others.map(({ name, version }) => `${name}@${version}`);
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref,
      dependsOn: [
        ...dependsOn.filter((one) => refs.has(one)),
        ...(ref === component['bom-ref'] ? own : []),
      ],
    }));
  const content = createHash('sha256').update(binary).digest('hex');
  const whole = {
    ...bill,
    metadata: {
      component: {
        ...component,
        type: 'application',
        name: 'unackd',
        hashes: [{ alg: 'SHA-256', content }],
      },
    },
    components: [...components, ...others.map((part) => otherComponent(part))],
    dependencies,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
