import type { FrameToHost } from '@microapp/contract/protocol';
import type { Issue } from '@microapp/contract';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../session/failure.ts';
import { useElapsedMs } from '../ui/clock.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useLocale } from '../ui/locale.ts';
import { reveal } from '../ui/reveal.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import type { ToolApi, ToolDescription } from './api.ts';
import { ToolForm } from './fields/tool-form.tsx';
import { fieldsWith, type Inputs } from './run/past-runs.ts';
import { useRun } from './run/use-run.ts';

export type ToolProps = { slug: string; api: ToolApi; send: (message: FrameToHost) => void };

/** One tool: reads what it takes, then shows its form and its result. */
export function Tool({ slug, api, send }: ToolProps) {
  const [attempt, setAttempt] = useState(0);
  const [description, setDescription] = useState<ToolDescription | Failure | undefined>(undefined);

  useEffect(() => {
    let isStale = false;
    const take = (answer: ToolDescription | Failure) => {
      if (!isStale) setDescription(answer);
    };
    setDescription(undefined);
    api.describe(slug).then(take, (error: unknown) => take(toFailure(error)));
    return () => {
      isStale = true;
    };
  }, [api, slug, attempt]);

  if (description === undefined) return <Skeleton />;
  if (description instanceof Error) {
    return <FailureNotice failure={description} onRetry={() => setAttempt(attempt + 1)} />;
  }
  return <LoadedTool description={description} api={api} send={send} />;
}

/** Telling of a run takes more code than the form does. */
const loadAfterRun = () => import('./after-run.ts');

/** A tool that answers faster shows nothing in between: what flickers can be read by nobody. */
const progressAfterMs = 300;

const noIssues: readonly Issue[] = [];

function LoadedTool({ description, api, send }: { description: ToolDescription } & Omit<ToolProps, 'slug'>) {
  const { text } = useLocale();
  const { slug, name, normalizedFields } = description;
  const { state, pastRuns, start, stop, show } = useRun(slug, api, send);
  const { progress, shown, failure, partial } = state;
  const afterRun = useLoaded(loadAfterRun);
  const { ResultView, PastRuns, ProgressView } = afterRun.part ?? {};
  const isRunning = progress !== undefined;
  const waitedMs = useElapsedMs({
    untilMs: isRunning ? progressAfterMs : 0,
    everyMs: progressAfterMs,
    since: isRunning,
  });
  const showsProgress =
    isRunning && ProgressView !== undefined && (waitedMs >= progressAfterMs || progress.text !== '');

  // What the fields can say needs no second notice.
  const issues = failure?.code === 'validation_failed' ? failure.issues : noIssues;
  const notice = issues.length > 0 ? undefined : failure;
  const isEmpty = shown === undefined && notice === undefined && !showsProgress;

  const result = useRef<HTMLElement>(null);
  useEffect(() => (isEmpty ? undefined : reveal(result.current)), [shown, notice, showsProgress]);
  // The button that was pressed is about to go; its place in the order of focus must not.
  const holdFocus = () => result.current?.focus({ preventScroll: true });

  const run = (inputs: Inputs) => {
    if (!start(inputs)) holdFocus();
  };
  const [prefilled, prefill] = useState<{ count: number; inputs: Inputs } | undefined>(undefined);
  const fields = useMemo(
    () => (prefilled === undefined ? normalizedFields : fieldsWith(normalizedFields, prefilled.inputs)),
    [normalizedFields, prefilled],
  );
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    if (prefilled !== undefined) article.current?.querySelector<HTMLElement>('form [data-path]')?.focus();
  }, [prefilled]);

  return (
    <article class="tool" ref={article}>
      <header class="tool-head">
        <h1>{name}</h1>
        {description.description !== '' && <p class="muted">{description.description}</p>}
      </header>
      {/* A form keeps what was typed; another one starts with other inputs. */}
      <ToolForm
        draft={prefilled?.count ?? 0}
        slug={slug}
        fields={fields}
        state={isRunning ? 'running' : shown === undefined ? 'fresh' : 'ran'}
        issues={issues}
        onRun={run}
      />
      <div class="outcome" data-empty={isEmpty && pastRuns.length === 0}>
        <section class="result" ref={result} tabIndex={-1} aria-busy={isRunning} data-empty={isEmpty}>
          <p class="hidden" role="status">
            {isRunning ? text('running') : shown === undefined ? '' : text('result-ready')}
          </p>
          {showsProgress && (
            <ProgressView
              progress={progress}
              onStop={() => {
                holdFocus();
                stop();
              }}
            />
          )}
          {notice !== undefined && (
            <FailureNotice
              failure={notice}
              onRetry={() => {
                holdFocus();
                run(state.inputs ?? {});
              }}
            >
              {notice.unsent && <p>{text('waits-for-network')}</p>}
            </FailureNotice>
          )}
          {partial !== undefined && (
            <section class="block partial">
              <h3>{text('partial.title')}</h3>
              <p class="text">{partial}</p>
            </section>
          )}
          {shown !== undefined && !(showsProgress && progress.text !== '') && (
            <>
              {ResultView !== undefined && <ResultView output={shown.run.output} name={slug} />}
              {afterRun.failure !== undefined && <FailureNotice failure={afterRun.failure} onRetry={afterRun.retry} />}
            </>
          )}
          {isEmpty && <p class="muted">{text('result.before')}</p>}
        </section>
        {PastRuns !== undefined && (
          <PastRuns
            fields={normalizedFields}
            runs={pastRuns.filter((past) => past !== shown)}
            onShow={show}
            onUseInputs={(inputs) => prefill((before) => ({ count: (before?.count ?? 0) + 1, inputs }))}
          />
        )}
      </div>
    </article>
  );
}
