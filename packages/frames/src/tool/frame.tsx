import { useMemo, useRef } from 'preact/hooks';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { formatFor } from '../ui/format.ts';
import { LocaleContext } from '../ui/locale.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { textsWith, type Language } from '../ui/texts/texts.ts';
import { useLanguage } from '../ui/texts/use-language.ts';
import type { FrameState, Phase } from './start.ts';
import { Tool } from './tool.tsx';

/** Everything that a visitor sees of the frame. */
export function Frame({ phase, config }: FrameState) {
  const { locale, currency, timeZone, texts } = config;
  const format = useMemo(() => formatFor({ locale, currency, timeZone }), [locale, currency, timeZone]);
  const language = useLanguageShown(format.locale, phase);
  const text = useMemo(() => textsWith(texts ?? {}, language), [texts, language]);
  const value = useMemo(() => ({ text, format }), [text, format]);
  return (
    <LocaleContext.Provider value={value}>
      <main>{language === undefined ? <Skeleton /> : viewOf(phase, value.text)}</main>
    </LocaleContext.Provider>
  );
}

/**
 * The language to show: until another one arrives, the one in which a form may already stand, half filled in. Before
 * there is anything to read there is none, so that nothing is drawn in one language to be drawn again in another.
 */
function useLanguageShown(locale: string, phase: Phase): Language | undefined {
  const shown = useRef<Language | undefined>(undefined);
  const language = useLanguage(locale) ?? shown.current;
  if (phase.kind !== 'connecting') shown.current = language;
  return language;
}

function viewOf(phase: Phase, text: ReturnType<typeof textsWith>) {
  switch (phase.kind) {
    case 'connecting':
      return <Skeleton />;
    case 'alone':
      return (
        <div class="notice">
          <div>
            <h1>{text('alone.title')}</h1>
            <p>{text('alone.advice')}</p>
          </div>
        </div>
      );
    case 'failed':
      return <FailureNotice failure={phase.failure} onRetry={phase.retry} />;
    case 'ready':
      return <Tools {...phase} label={text('apps')} />;
  }
}

function Tools({ tools, api, send, label }: Extract<Phase, { kind: 'ready' }> & { label: string }) {
  const toolOf = (slug: string) => <Tool slug={slug} api={api} send={send} />;
  const [only, ...others] = tools;
  if (only !== undefined && others.length === 0) return toolOf(only.slug);
  return <Tabs label={label} tabs={tools.map(({ slug, name }) => ({ id: slug, label: name }))} panel={toolOf} />;
}
