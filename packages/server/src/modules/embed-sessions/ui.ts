import type { HostLanguages, HostUi, SessionUi } from '@microapp/contract';
import type { Static } from 'typebox';
import type { WorkspaceTx } from '../../platform/db/index.ts';
import type { RequestFacts } from '../../platform/http/index.ts';
import type { EmbedRecord } from '../access/index.ts';
import { readAppNames, readLiveAppNames } from '../apps/index.ts';
import { logoTokens } from '../surfaces/index.ts';
import { firstLocaleOf, hostLanguageOf } from './host-words.ts';

/**
 * What the widget shows before anything runs: the live apps among `slugs`, in a preview of drafts or of a version all of
 * them, and the surface's theme, its logo among the tokens, and texts.
 */
export async function readSessionUi(
  tx: WorkspaceTx,
  record: EmbedRecord,
  slugs: readonly string[],
): Promise<Static<typeof SessionUi>> {
  const needsNoLife = record.class === 'preview' && record.shows !== 'live';
  const apps = await (needsNoLife ? readAppNames : readLiveAppNames)(tx, slugs);
  if (record.class === 'embed_token') return { name: apps[0]?.name ?? '', apps, theme: {}, texts: {} };
  const { surfaceName, theme, texts } = record;
  return { name: surfaceName ?? apps[0]?.name ?? '', apps, theme: { ...theme, ...logoTokens(record) }, texts };
}

/**
 * The same for the page around the frame, with the words that it needs by itself, which the surface's own texts replace. The
 * language is chosen as frames choose theirs: the page's locale, else the surface's, else the browser's.
 */
export function forHostPage(
  languages: HostLanguages,
  ui: Static<typeof SessionUi>,
  pageLocale: unknown,
  request: Pick<RequestFacts, 'header'>,
): Static<typeof HostUi> {
  const { texts, ...language } = hostTexts(languages, pageLocale ?? ui.texts['locale'], request);
  return { ...ui, ...language, texts: { ...texts, ...ui.texts } };
}

/** The words alone, in the language of `locale`, else of the browser. */
export function hostTexts(
  languages: HostLanguages,
  locale: unknown,
  request: Pick<RequestFacts, 'header'>,
): Pick<Static<typeof HostUi>, 'texts' | 'lang' | 'dir'> {
  const { words, ...language } = hostLanguageOf(languages, locale ?? firstLocaleOf(request.header('accept-language')));
  return { texts: words, ...language };
}
