import type { FrameConfig } from '@microapp/contract/protocol';

/** What a host said about how the frame should look and speak; whatever is not of its kind is as if it were absent. */
export function parseConfig(config: unknown): FrameConfig {
  if (!isObject(config)) return {};
  const { locale, currency, timeZone, colorScheme, theme, texts } = config;
  return {
    ...(isText(locale) && { locale }),
    ...(isText(currency) && { currency }),
    ...(isText(timeZone) && { timeZone }),
    ...((colorScheme === 'light' || colorScheme === 'dark' || colorScheme === 'auto') && { colorScheme }),
    ...(isObject(theme) && { theme: textsOf(theme) }),
    ...(isObject(texts) && { texts: textsOf(texts) }),
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

function textsOf(values: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1])));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
