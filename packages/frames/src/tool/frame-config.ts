import type { SessionUi } from '@microapp/contract';
import type { FrameConfig } from '@microapp/contract/protocol';
import type { Static } from 'typebox';

/** What a host said about how the frame should look and speak; whatever is not of its kind is as if it were absent. */
export function parseConfig(config: unknown): FrameConfig {
  if (!isObject(config)) return {};
  const { locale, currency, timeZone, colorScheme, theme, texts, context, prefill } = config;
  return {
    ...(isText(locale) && { locale }),
    ...(isText(currency) && { currency }),
    ...(isText(timeZone) && { timeZone }),
    ...((colorScheme === 'light' || colorScheme === 'dark' || colorScheme === 'auto') && { colorScheme }),
    ...(isObject(theme) && { theme: textsOf(theme) }),
    ...(isObject(texts) && { texts: textsOf(texts) }),
    ...(isFacts(context) && { context }),
    ...(isFacts(prefill) && { prefill }),
  };
}

/** What is said now, over what was said before; tokens and texts one by one. */
export function mergedConfig(before: FrameConfig, now: FrameConfig): FrameConfig {
  return {
    ...before,
    ...now,
    theme: { ...before.theme, ...now.theme },
    texts: { ...before.texts, ...now.texts },
  };
}

/** What the surface itself says: its texts may name the language in which it speaks, as `locale`. */
export function surfaceConfig({ theme, texts }: Pick<Static<typeof SessionUi>, 'theme' | 'texts'>): FrameConfig {
  const { locale, ...more } = texts;
  return { theme, texts: more, ...(isText(locale) && { locale }) };
}

/** Characters of JSON. A page that says more than fits into any form is at odds with its own code. */
const factsLengthMax = 8 * 1024;

function isFacts(value: unknown): value is Record<string, unknown> {
  return isObject(value) && JSON.stringify(value).length <= factsLengthMax;
}

function textsOf(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1])));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
