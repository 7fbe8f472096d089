import type { FrameConfig } from '@microapp/contract/protocol';
import { colorReaderOf } from './contrast.ts';
import { themeOf, type Theme } from './theme.ts';

/** Reads a host's theme with the eyes of this browser. */
export function readTheme(config: FrameConfig, document: Document): Theme {
  return themeOf(config, colorReaderOf(document));
}
