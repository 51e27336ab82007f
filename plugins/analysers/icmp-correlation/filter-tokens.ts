/** The words of libpcap's filter language (pcap-filter(7)). */

/** A filter that does not read as pcap-filter(7) has it. Never leaves the judge. */
export class FilterSyntax extends Error {}

/** Words take in addresses, ranges, networks and names: `fe80::1`, `1-1024`, `10.0.0.0/8`, `tcp-syn`. */
const TOKEN = /\s*(&&|\|\||[!=<>]=|<<|>>|[()[\]!=<>&|+\-*/%^]|(?:\\?[A-Za-z0-9_]|::)[\w.:\-/]*)/y;

/** Operators of arithmetic and comparison: beside one of them stands a number, not a primitive. */
const OPERATORS = new Set('& | + - * / % ^ << >> = == != < > <= >='.split(' '));

const JOINTS = new Set(['and', 'or', '&&', '||', ')']);

/** Reads tokens one after another; `undefined` is the end. */
export class FilterTokens {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(filter: string) {
    TOKEN.lastIndex = 0;
    const text = filter.trim();
    while (TOKEN.lastIndex < text.length) {
      const match = TOKEN.exec(text);
      if (match === null) throw new FilterSyntax('no token');
      this.#tokens.push(match[1]);
    }
  }

  peek(ahead = 0): string | undefined {
    return this.#tokens[this.#at + ahead];
  }

  next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new FilterSyntax('unexpected end');
    this.#at++;
    return token;
  }

  /** Takes the next token if it is one of these. */
  take(...words: string[]): string | undefined {
    const token = this.peek();
    if (token === undefined || !words.includes(token)) return undefined;
    this.#at++;
    return token;
  }

  /** A primitive or a bracketed part ends here. */
  atJoint(): boolean {
    const token = this.peek();
    return token === undefined || JOINTS.has(token);
  }

  /** What follows compares numbers (`tcp[13] & 2 != 0`, `(ip[8] + 1) > 3`, `len < 100`) and is no primitive. */
  atComparison(): boolean {
    if (this.peek() !== '(') {
      const after = this.peek(1);
      return after === '[' || (after !== undefined && OPERATORS.has(after));
    }
    let depth = 0;
    for (let ahead = 0; ; ahead++) {
      const token = this.peek(ahead);
      if (token === undefined) throw new FilterSyntax('bracket not closed');
      if (token === '(') depth++;
      if (token === ')' && --depth === 0) {
        const after = this.peek(ahead + 1);
        return after !== undefined && OPERATORS.has(after);
      }
    }
  }

  /** The text of a comparison, up to the next joint outside of its own brackets. */
  comparison(): string {
    let text = '';
    let depth = 0;
    while (depth > 0 || !this.atJoint()) {
      const token = this.next();
      if (token === '(') depth++;
      if (token === ')') depth--;
      text += token;
    }
    return text;
  }
}
