/** `import ... from 'unackd'` in a plugin: the API of the program that runs it. */
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

/** @param api URL of the API's module */
export function offerApi(api: string): void {
  const own = new URL('.', api).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'unackd') return { url: api, shortCircuit: true };
      return next(specifier, context);
    },
    load: (url, context, next) => {
      if (!url.startsWith('file:') || url.startsWith(own)) return next(url, context);
      loadedFiles.push(fileURLToPath(url));
      return next(url, { ...context, format: formatOf(url, context.format) });
    },
  });
}
