import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { formatFor } from '../ui/format.ts';
import { LocaleContext } from '../ui/locale.ts';
import { Logo } from '../ui/logo.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { english, textsWith, type FirstTextKey, type Language, type Text } from '../ui/texts/texts.ts';
import { useDocumentLanguage } from '../ui/texts/use-document-language.ts';
import { useLanguage } from '../ui/texts/use-language.ts';
import { useLoaded } from '../ui/use-loaded.ts';
import { AfterFormContext, type AfterForm } from './after-form-context.ts';
import { Failed } from './failed.tsx';
import type { FrameState, Phase } from './start.ts';
import { Tool } from './tool.tsx';

const loadAfterForm = () => import('./after-form.ts');
const loadTabs = () => import('../ui/tabs.tsx');

/** Everything that a visitor sees of the frame. */
export function Frame({ phase, config, asked }: FrameState) {
  const { locale, currency, timeZone, theme, texts, context, prefill } = config;
  const [wantsAfterForm, setWanted] = useState(false);
  const load = useCallback(() => setWanted(true), []);
  const afterForm = useLoaded(wantsAfterForm ? loadAfterForm : undefined);

  const format = useMemo(() => formatFor({ locale, currency, timeZone }), [locale, currency, timeZone]);
  const language = useLanguageShown(format.locale, phase, afterForm.part);
  useDocumentLanguage(language, format.locale, Object.keys(texts ?? {}).length > 0);
  const text = useMemo(() => textsWith(texts ?? {}, language), [texts, language]);
  const value = useMemo(() => ({ text, format }), [text, format]);
  const known = useMemo(() => ({ ...context, ...prefill }), [context, prefill]);
  return (
    <LocaleContext.Provider value={value}>
      <AfterFormContext.Provider value={{ ...afterForm, load }}>
        {/* Named, so that it is told from the `main` of the page around. */}
        <main aria-label={nameOf(phase) ?? text('apps')}>
          {phase.kind === 'ready' && <Logo theme={theme} alt={texts?.['logo.alt']} />}
          {language === undefined ? <Skeleton /> : viewOf(phase, { text, known, asked })}
        </main>
      </AfterFormContext.Provider>
    </LocaleContext.Provider>
  );
}

/** What the frame is about, where that is one thing. */
function nameOf(phase: Phase): string | undefined {
  const [only, ...others] = phase.kind === 'ready' ? phase.tools : [];
  return others.length === 0 ? only?.name : undefined;
}

/**
 * The language to show: until another one arrives, the one in which a form may already stand, half filled in. Before
 * there is anything to read there is none, so that nothing is drawn in one language to be drawn again in another.
 */
function useLanguageShown(locale: string, phase: Phase, afterForm: AfterForm | undefined): Language | undefined {
  const shown = useRef<Language | undefined>(undefined);
  const language = useLanguage(locale) ?? shown.current;
  if (phase.kind !== 'connecting') shown.current = language;
  const whole = useMemo(() => afterForm && { ...english, texts: afterForm.en }, [afterForm]);
  return language === english ? (whole ?? english) : language;
}

type Shown = Pick<FrameState, 'asked'> & { text: Text<FirstTextKey>; known: Record<string, unknown> };

function viewOf(phase: Phase, { text, known, asked }: Shown) {
  switch (phase.kind) {
    case 'connecting':
      return <Skeleton />;
    case 'alone':
      return (
        <div>
          <h1>{text('alone.title')}</h1>
          <p>{text('alone.advice')}</p>
        </div>
      );
    case 'failed':
      return <Failed failure={phase.failure} onRetry={phase.retry} line={phase.line} />;
    case 'ready':
      return <Tools {...phase} label={text('apps')} known={known} asked={asked} />;
  }
}

type ToolsProps = Extract<Phase, { kind: 'ready' }> & Pick<Shown, 'known' | 'asked'> & { label: string };

function Tools({ tools, label, asked, ...common }: ToolsProps) {
  const [only, ...others] = tools;
  const isAlone = only !== undefined && others.length === 0;
  const { part, failure, retry } = useLoaded(isAlone ? undefined : loadTabs);
  const toolOf = (slug: string) => <Tool slug={slug} {...common} />;
  if (isAlone) return toolOf(only.slug);
  if (failure !== undefined) return <Failed failure={failure} onRetry={retry} />;
  if (part === undefined) return <Skeleton />;
  const tabs = tools.map(({ slug, name }) => ({ id: slug, label: name }));
  return <part.Tabs label={label} tabs={tabs} panel={toolOf} asked={asked} />;
}
