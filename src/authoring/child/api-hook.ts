/** `import ... from 'unackd'` in an author's file: the API of the program that runs it. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { API, TESTING } from '../../self.ts';

const MODULES: Readonly<Record<string, string>> = { unackd: API, 'unackd/testing': TESTING };

/** From here on. */
export function offerApi(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (!Object.hasOwn(MODULES, specifier)) return next(specifier, context);
      return { url: pathToFileURL(MODULES[specifier]).href, shortCircuit: true };
    },
  });
}
