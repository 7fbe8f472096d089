import type { FrameToHost } from '@microapp/contract/protocol';
import type { Issue } from '@microapp/contract';
import { useEffect, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../session/failure.ts';
import { FailureNotice } from '../ui/failure-notice.tsx';
import { useLocale } from '../ui/locale.ts';
import { reveal } from '../ui/reveal.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import type { Run, ToolApi, ToolDescription } from './api.ts';
import { ToolForm } from './fields/tool-form.tsx';
import { ResultView } from './result/result-view.tsx';

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

type RunState = {
  isRunning: boolean;
  inputs?: Record<string, unknown>;
  /** The last result stays while the tool runs again, so that nothing jumps. */
  run?: Run;
  failure?: Failure;
};

const noIssues: readonly Issue[] = [];

function LoadedTool({ description, api, send }: { description: ToolDescription } & Omit<ToolProps, 'slug'>) {
  const { text } = useLocale();
  const { slug, name } = description;
  const [state, setState] = useState<RunState>({ isRunning: false });
  const { isRunning, run, failure } = state;
  // What the fields can say needs no second notice.
  const issues = failure?.code === 'validation_failed' ? failure.issues : noIssues;
  const notice = issues.length > 0 ? undefined : failure;
  const isEmpty = run === undefined && notice === undefined;

  const result = useRef<HTMLElement>(null);
  useEffect(() => (isEmpty || isRunning ? undefined : reveal(result.current)), [run, notice]);

  const start = async (inputs: Record<string, unknown>) => {
    setState((before) => ({ isRunning: true, inputs, ...(before.run && { run: before.run }) }));
    send({ type: 'MICROAPP_RUN_START', slug });
    try {
      const done = await api.run(slug, inputs);
      setState({ isRunning: false, run: done });
      send({ type: 'MICROAPP_RUN_OK', slug, runId: done.runId, durationMs: done.durationMs });
    } catch (error) {
      const failed = toFailure(error);
      setState({ isRunning: false, inputs, failure: failed });
      send({ type: 'MICROAPP_RUN_ERR', slug, code: failed.code });
    }
  };

  return (
    <article class="tool">
      <header class="tool-head">
        <h1>{name}</h1>
        {description.description !== '' && <p class="muted">{description.description}</p>}
      </header>
      <ToolForm
        slug={slug}
        fields={description.normalizedFields}
        state={isRunning ? 'running' : run === undefined ? 'fresh' : 'ran'}
        issues={issues}
        onRun={(inputs) => void start(inputs)}
      />
      <section class="result" ref={result} aria-busy={isRunning} data-empty={isEmpty}>
        <p class="hidden" role="status">
          {isRunning ? text('running') : run === undefined ? '' : text('result-ready')}
        </p>
        {notice !== undefined && <FailureNotice failure={notice} onRetry={() => void start(state.inputs ?? {})} />}
        {run !== undefined && <ResultView output={run.output} />}
        {isEmpty && <p class="muted">{text('result.before')}</p>}
      </section>
    </article>
  );
}
