/** All pages of the manual. */
import { declaredCommands } from '../../src/shells/declared.ts';
import { commandPage } from './command-page.ts';
import { configurationPage } from './configuration-page.ts';
import { overviewPage } from './overview-page.ts';
import { pageText } from './roff.ts';
import type { Edition } from './roff.ts';

/** By file name: `unackd-read.1`. */
export function manualPages(edition: Edition): ReadonlyMap<string, string> {
  const all = declaredCommands();
  const pages = [
    overviewPage(all),
    ...all.map((command) => commandPage(command, all)),
    configurationPage(),
  ];
  return new Map(
    pages.map((page) => [`${page.name}.${page.chapter}`, pageText(page, edition)] as const),
  );
}
