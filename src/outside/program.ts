/** Where this program's own files are: in a checkout, or bundled. */
import { dirname, join, resolve } from 'node:path';

const here = import.meta.filename;
const fromSource = here.endsWith('.ts');

/** The file that Node is to run. */
export const MAIN = fromSource
  ? resolve(dirname(here), '../main.ts')
  : here.endsWith('/main.js')
    ? here
    : resolve(dirname(here), '../main.js');

/** The folder of all that the program loads. */
export const PROGRAM_FOLDER = dirname(MAIN);

/** What plugins import as `unackd`. */
export const API = fromSource
  ? join(PROGRAM_FOLDER, 'plugin/api.ts')
  : join(PROGRAM_FOLDER, 'api.js');

/** What their tests import as `unackd/testing`. */
export const TESTING = fromSource
  ? join(PROGRAM_FOLDER, 'plugin/testing.ts')
  : join(PROGRAM_FOLDER, 'testing.js');
