import { linkTypeName } from '../wire/link-type-names.ts';
import { sheetOf } from './page.ts';
import type { Page } from './page.ts';
import { Table } from './table.ts';

/** What is told of an interface. */
export interface InterfaceRow {
  readonly name: string;
  readonly state: string;
  /** LINKTYPE_ value, where it is known. */
  readonly linkType: number | null;
  readonly addresses: readonly string[];
  /** Why it can't be captured on; `null` where it can. */
  readonly obstacle: string | null;
}

/** A row an interface, titles first. */
export function interfaceLines(rows: readonly InterfaceRow[], page: Page): string[] {
  const table = new Table(
    [
      { title: 'INTERFACE', yields: 0 },
      {
        title: 'CAPTURE',
        yields: 0,
        rendition: (text) => (text === 'yes' ? 'green' : 'red'),
      },
      { title: 'STATE', yields: 3 },
      { title: 'LINK TYPE', yields: 2 },
      { title: 'ADDRESSES', yields: 1, beneath: 'addresses' },
    ],
    sheetOf(page),
  );
  return table.lines(
    rows.map(({ name, state, linkType, addresses, obstacle }) => [
      name,
      obstacle === null ? 'yes' : `no: ${obstacle}`,
      state,
      linkType === null ? '' : linkTypeName(linkType),
      addresses.join(' '),
    ]),
  );
}
