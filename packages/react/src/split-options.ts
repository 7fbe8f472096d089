import type { MicroappOptions } from './options.ts';

/** What a running widget can be told without starting anew; everything else makes it another widget. */
const adjustable = ['locale', 'currency', 'timeZone', 'colorScheme', 'theme', 'texts', 'context', 'prefill'];

/**
 * Options as a render sees them, by what a change of them means. Components write objects and functions anew in each
 * render, so neither can be compared by identity: values are compared as JSON, and of functions only whether they are
 * there, since the newest is called in any case.
 */
export function splitOptions(options: MicroappOptions): {
  /** Equal as long as it is the same widget. */
  identity: string;
  /** Equal as long as the widget shows things the same way. */
  appearance: string;
} {
  const entries = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const shown = entries.filter(isAdjustable);
  return {
    // A widget can be told another currency, but not that it has none any more: that takes a new one.
    identity: JSON.stringify([shown.map(([name]) => name), entries.filter(isLasting)], comparable),
    appearance: JSON.stringify([shown, entries.filter(([name]) => isCallback(name))], comparable),
  };
}

/** What `update` takes, besides callbacks. */
export function adjustableOptions(options: MicroappOptions): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(isAdjustable));
}

/** A theme that is the page's is read when a widget starts. */
function isAdjustable([name, value]: [string, unknown]): boolean {
  return adjustable.includes(name) && value !== 'inherit';
}

function isLasting([name, value]: [string, unknown]): boolean {
  return !isAdjustable([name, value]) && !isCallback(name);
}

function isCallback(name: string): boolean {
  return /^on[A-Z]/.test(name);
}

/** A function is as good as any other; an element and a signal are compared by whoever holds them. */
function comparable(_: string, value: unknown): unknown {
  if (typeof value === 'function') return 'function';
  return typeof value === 'object' && value !== null && !isPlain(value) ? 'object' : value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
