import type { FrameConfig } from '@microapp/contract/protocol';
import type { MountOptions } from '../options.ts';

/** Options that the frame may be told again while it runs; every other one is of a widget that starts anew. */
const configNames = [
  'locale',
  'currency',
  'timeZone',
  'colorScheme',
  'theme',
  'texts',
  'context',
  'prefill',
] as const satisfies readonly (keyof FrameConfig)[];

const otherNames = [
  'baseUrl',
  'embedKey',
  'mtok',
  'tokenId',
  'toolSlug',
  'app',
  'mode',
  'target',
  'trigger',
  'anchor',
  'offsetX',
  'offsetY',
  'autoOpen',
  'load',
  'label',
  'timeoutMs',
  'debug',
  'nonce',
] as const satisfies readonly (keyof MountOptions)[];

/** The attributes of the element, each the kebab-case name of an option that a text can say. */
export const attributeNames: readonly string[] = [...configNames, ...otherNames].map(kebabCase);

/** The options that the element's attributes say; a value that is JSON of an object is that object. */
export function optionsOf(element: Element): MountOptions {
  const options: Record<string, unknown> = {};
  for (const name of [...configNames, ...otherNames]) {
    const text = element.getAttribute(kebabCase(name));
    // A switch may be without a value.
    if (text !== null) options[name] = objectIn(text) ?? (text === '' && isSwitch(name) ? 'true' : text);
  }
  return options;
}

/**
 * What a running widget is told so that `before` becomes `now`. Undefined where that takes another widget, as it does to tell it
 * that it has no currency any more. A theme that is taken from the page is read when a widget starts.
 */
export function changesOfConfig(before: MountOptions, now: MountOptions): FrameConfig | undefined {
  const names = new Set([...Object.keys(before), ...Object.keys(now)] as (keyof MountOptions)[]);
  const changed = [...names].filter((name) => !isSame(before[name], now[name]));
  const isInherited = before.theme === 'inherit' || now.theme === 'inherit';
  if (changed.some((name) => !isConfig(name) || now[name] === undefined)) return undefined;
  if (isInherited && changed.includes('theme')) return undefined;
  return Object.fromEntries(changed.map((name) => [name, now[name]]));
}

/** `runSuccess` as `run-success`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isSwitch(name: string): boolean {
  return name === 'autoOpen' || name === 'debug';
}

function isConfig(name: string): boolean {
  return (configNames as readonly string[]).includes(name);
}

/** Objects of attributes are made anew each time, and are compared by what they say. */
function isSame(left: unknown, right: unknown): boolean {
  return left === right || (isPlain(left) && isPlain(right) && JSON.stringify(left) === JSON.stringify(right));
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function objectIn(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
