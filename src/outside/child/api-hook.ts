/** `import ... from 'unackd'` in a plugin: the API of the program that runs it. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Files loaded from outside the program so far, absolute. */
export const loadedFiles: string[] = [];

/** Said here, so that Node looks for no package.json above a file that may be alone. */
function formatOf(url: string, format: string | null | undefined): string | null | undefined {
  if (url.includes('/node_modules/')) return format;
  if (url.endsWith('.ts') || url.endsWith('.mts')) return 'module-typescript';
  return url.endsWith('.mjs') || url.endsWith('.js') ? 'module' : format;
}

/**
 * A file that names the other by its path. Node itself looks for a package.json
 * above that one as well, and fails where there is one that Landlock hides.
 */
function besides(specifier: string, parent: string | undefined): string | null {
  if (!/^(?:\.{0,2}\/|file:)/u.test(specifier)) return null;
  const url = new URL(specifier, parent).href;
  return existsSync(fileURLToPath(url)) ? url : null;
}

/** @param api URL of the API's module */
export function offerApi(api: string): void {
  const own = new URL('.', api).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'unackd') return { url: api, shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        const url = besides(specifier, context.parentURL);
        if (url === null) throw error;
        return { url, shortCircuit: true };
      }
    },
    load: (url, context, next) => {
      if (!url.startsWith('file:') || url.startsWith(own)) return next(url, context);
      loadedFiles.push(fileURLToPath(url));
      return next(url, { ...context, format: formatOf(url, context.format) });
    },
  });
}
