/** `import ... from 'unackd'` in an author's file: the API of the program that runs it. */
import { registerHooks } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.filename;

/** In a checkout's sources, or beside the bundle's entry. */
const MODULES: Readonly<Record<string, string>> = here.endsWith('.ts')
  ? {
      unackd: resolve(dirname(here), '../../plugin/api.ts'),
      'unackd/testing': resolve(dirname(here), '../../plugin/testing.ts'),
    }
  : {
      unackd: join(dirname(process.argv[1]), 'api.js'),
      'unackd/testing': join(dirname(process.argv[1]), 'testing.js'),
    };

/** From here on. */
export function offerApi(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (!Object.hasOwn(MODULES, specifier)) return next(specifier, context);
      return { url: pathToFileURL(MODULES[specifier]).href, shortCircuit: true };
    },
  });
}
