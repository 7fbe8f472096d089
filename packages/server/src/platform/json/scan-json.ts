export type ScanOptions = {
  /**
   * Takes each member of the outermost object, or each element of the outermost list: where its value stands, and its name with
   * the quotes around it, from the first byte to before the second place. An element's name stands nowhere, from 0 to 0.
   */
  onPart?: (from: number, to: number, nameFrom: number, nameTo: number) => void;
  /**
   * Whether members that could become a prototype's in careless hands make a text unfit: `__proto__`, and `prototype` in a
   * `constructor`, however their letters are escaped.
   */
  refusesPrototypes?: boolean;
};

/** What is open around a place. The rest of the scan asks for nothing else, so a byte for each level is enough. */
const inList = 0;
const inObject = 1;
/** An object that is the value of a member called `constructor`. */
const inConstructor = 2;

const levelsAtFirst = 64;

/**
 * Whether UTF-8 is JSON (RFC 8259), to the letter as `JSON.parse` has it. Nothing is built: a parser spends a hundred times
 * as long on two megabytes of objects with a field name each as on two megabytes of text, and whoever sends them
 * chooses which. This looks at each byte once, however the text is made, and does not recurse. It takes bytes because
 * looking at a character of a string costs several times as much.
 *
 *   value := scalar | "[" values "]" | "{" (name ":" value) … "}"      read a value, then close whatever ends behind it
 */
export function scanJson(bytes: Uint8Array, { onPart, refusesPrototypes = false }: ScanOptions = {}): boolean {
  // Nothing of this is seen by a closure, which would cost as much again.
  let levels = new Uint8Array(levelsAtFirst);
  let depth = 0;
  let isName = false;
  let nameFrom = 0;
  let nameTo = 0;
  let partFrom = 0;
  let kindOfNext = inObject;
  let at = afterSpace(bytes, 0);

  for (;;) {
    if (isName) {
      const from = at;
      const to = (bytes[from] ?? end) === quote ? afterString(bytes, from) : nowhere;
      if (to === nowhere) return false;
      at = afterSpace(bytes, to);
      if ((bytes[at] ?? end) !== colon) return false;
      at = afterSpace(bytes, at + 1);
      if (depth === 1) [nameFrom, nameTo] = [from, to];
      kindOfNext = inObject;
      if (refusesPrototypes) {
        if (spells(bytes, from, to, '__proto__')) return false;
        if (levels[depth - 1] === inConstructor && spells(bytes, from, to, 'prototype')) return false;
        if (spells(bytes, from, to, 'constructor')) kindOfNext = inConstructor;
      }
    }

    if (depth === 1) partFrom = at;
    const first = bytes[at] ?? end;
    if (first === leftBrace || first === leftBracket) {
      if (depth === levels.length) levels = twiceAsLong(levels);
      isName = first === leftBrace;
      levels[depth] = isName ? kindOfNext : inList;
      kindOfNext = inObject;
      depth += 1;
      at = afterSpace(bytes, at + 1);
      if ((bytes[at] ?? end) !== (isName ? rightBrace : rightBracket)) continue;
      at += 1;
      depth -= 1;
    } else {
      kindOfNext = inObject;
      at = afterScalar(bytes, at, first);
      if (at === nowhere) return false;
    }

    // Behind a value: what ends here ends, until something goes on.
    for (;;) {
      if (depth === 1 && onPart !== undefined) onPart(partFrom, at, nameFrom, nameTo);
      at = afterSpace(bytes, at);
      if (depth === 0) return at === bytes.length;
      isName = levels[depth - 1] !== inList;
      const next = bytes[at] ?? end;
      at += 1;
      if (next === comma) break;
      if (next !== (isName ? rightBrace : rightBracket)) return false;
      depth -= 1;
    }
    at = afterSpace(bytes, at);
  }
}

/** Whether a string of scanned JSON, with its quotes, stands for this word of plain letters. Seldom looks beyond the first letter. */
export function spells(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  let at = from + 1;
  for (let index = 0; index < word.length; index++) {
    let character = bytes[at] ?? end;
    at += 1;
    if (character === backslash) {
      // No other escape stands for a letter or a low line.
      if (bytes[at] !== smallU) return false;
      character = hexNumber(bytes, at + 1, at + 5);
      at += 5;
    }
    if (character !== word.charCodeAt(index)) return false;
  }
  return at === to - 1;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const minus = 0x2d;
const point = 0x2e;
const zero = 0x30;
const nine = 0x39;
const leftBracket = 0x5b;
const rightBracket = 0x5d;
const leftBrace = 0x7b;
const rightBrace = 0x7d;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const plus = 0x2b;
const smallA = 0x61;
const smallE = 0x65;
const smallF = 0x66;
const smallN = 0x6e;
const smallT = 0x74;
const smallU = 0x75;
/** What stands behind the last byte; it is no part of JSON. */
const end = 0;
/** Where a part ends that is none. */
const nowhere = -1;

function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; ; at++) {
    const character = bytes[at] ?? end;
    if (character > space) return at;
    if (character === space || character === lineFeed || character === carriageReturn || character === tab) continue;
    return at;
  }
}

function afterScalar(bytes: Uint8Array, at: number, first: number): number {
  if (first === quote) return afterString(bytes, at);
  if (first === minus || isDigit(first)) return afterNumber(bytes, at);
  if (first === smallT) return afterWord(bytes, at, 'true');
  if (first === smallF) return afterWord(bytes, at, 'false');
  return first === smallN ? afterWord(bytes, at, 'null') : nowhere;
}

function afterWord(bytes: Uint8Array, from: number, word: string): number {
  for (let index = 0; index < word.length; index++) {
    if (bytes[from + index] !== word.charCodeAt(index)) return nowhere;
  }
  return from + word.length;
}

function afterString(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const character = bytes[at] ?? end;
    if (character === quote) return at + 1;
    if (character < space) return nowhere;
    if (character !== backslash) continue;
    at += 1;
    const escaped = bytes[at] ?? end;
    if (escaped === smallU) {
      if (!areHexDigits(bytes, at + 1, at + 5)) return nowhere;
      at += 4;
    } else if (!isShortEscape(escaped)) return nowhere;
  }
  return nowhere;
}

const shortEscapes: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrt'));

function isShortEscape(character: number): boolean {
  return shortEscapes.has(character);
}

function areHexDigits(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const character = bytes[at] ?? end;
    // With this bit set, A to F are a to f, and digits are themselves.
    const lower = character | 0x20;
    if (!isDigit(character) && !(lower >= smallA && lower <= smallF)) return false;
  }
  return true;
}

/** Of hexadecimal digits. */
function hexNumber(bytes: Uint8Array, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at] ?? end;
    number = number * 16 + (isDigit(digit) ? digit - zero : (digit | 0x20) - smallA + 10);
  }
  return number;
}

function afterNumber(bytes: Uint8Array, from: number): number {
  const second = bytes[from + 1] ?? end;
  // One digit, as most are of which there can be a million: what can follow it directly is no part of a number.
  if ((second === comma || second === rightBracket) && (bytes[from] ?? end) !== minus) return from + 1;
  let at = (bytes[from] ?? end) === minus ? from + 1 : from;
  // A number begins with one zero at most.
  at = (bytes[at] ?? end) === zero ? at + 1 : afterDigits(bytes, at);
  if (at !== nowhere && (bytes[at] ?? end) === point) at = afterDigits(bytes, at + 1);
  if (at === nowhere || ((bytes[at] ?? end) | 0x20) !== smallE) return at;
  const sign = bytes[at + 1];
  return afterDigits(bytes, sign === plus || sign === minus ? at + 2 : at + 1);
}

/** At least one. */
function afterDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] ?? end)) at += 1;
  return at === from ? nowhere : at;
}

function isDigit(character: number): boolean {
  return character >= zero && character <= nine;
}

function twiceAsLong(levels: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const longer = new Uint8Array(levels.length * 2);
  longer.set(levels);
  return longer;
}
