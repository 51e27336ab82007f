import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { putOffRequires } from '../../scripts/lazy-modules.ts';

const library = dirname(createRequire(import.meta.url).resolve('@oclif/core'));

describe('lazy modules', () => {
  it('puts a require off until what it brings is used', () => {
    const source = [
      'const util_1 = require("./util");',
      'const debug_1 = __importDefault(require("debug"));',
      'exports.run = () => (0, util_1.last)([new debug_1.default(util_1)]);',
      'exports.Errors = __importStar(require("./errors"));',
    ];
    assert.deepEqual(putOffRequires(source.join('\n')).split('\n'), [
      'let util_1$; function util_1$$() { return (util_1$ ??= require("./util")); }',
      'let debug_1$; function debug_1$$() { return (debug_1$ ??= __importDefault(require("debug"))); }',
      'exports.run = () => (0, (util_1$$()).last)([new (debug_1$$()).default((util_1$$()))]);',
      'Object.defineProperty(exports, "Errors", { enumerable: true, get: () => __importStar(require("./errors")) });',
    ]);
  });

  it('leaves no import of the present oclif as it was', () => {
    const files = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.js'),
    );
    assert.ok(files.length > 50);
    const eager = files.flatMap((name) =>
      putOffRequires(readFileSync(join(library, name), 'utf8'))
        .split('\n')
        .filter((line) => /^(?:const|var|let) \w+_\d+ = .*require\(/u.test(line)),
    );
    assert.deepEqual(eager, []);
  });
});
