import type { FrameToHost } from '@microapp/contract/protocol';
import type { Issue, NormalizedField } from '@microapp/contract';
import { useEffect, useRef } from 'preact/hooks';
import { useElapsedMs } from '../../ui/clock.ts';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { useLocale } from '../../ui/locale.ts';
import { reveal } from '../../ui/reveal.ts';
import type { ToolDescription, ToolSession } from '../describe-tool.ts';
import { ResultView } from '../result/result-view.tsx';
import { fieldsWith, type Inputs } from './past-runs.ts';
import { PastRuns } from './past-runs-view.tsx';
import { ProgressView } from './progress-view.tsx';
import { useRun } from './use-run.ts';

/** What the form sent last; another number is another time. */
export type Submission = { count: number; inputs: Inputs };

export type OutcomeProps = {
  description: ToolDescription;
  session: ToolSession;
  send: (message: FrameToHost) => void;
  submission: Submission | undefined;
  /** Told where the run stands. */
  onStanding: (standing: 'fresh' | 'running' | 'ran') => void;
  /** Told what the fields can show of the server's answer. */
  onIssues: (issues: readonly Issue[]) => void;
  /** The fields of a form that starts with the inputs of an earlier run. */
  onUseInputs: (fields: readonly NormalizedField[]) => void;
};

/** A tool that answers faster shows nothing in between: what flickers can be read by nobody. */
const progressAfterMs = 300;

const noIssues: readonly Issue[] = [];

/** Runs the tool with what the form sent, and shows what comes of it: progress, result or failure, and earlier results. */
export function Outcome({ description, session, send, submission, onStanding, onIssues, onUseInputs }: OutcomeProps) {
  const { text } = useLocale();
  const { slug, normalizedFields } = description;
  const { state, pastRuns, start, stop, show } = useRun(slug, session, send);
  const { progress, shown, failure, partial } = state;
  const isRunning = progress !== undefined;
  const waitedMs = useElapsedMs({
    untilMs: isRunning ? progressAfterMs : 0,
    everyMs: progressAfterMs,
    since: isRunning,
  });
  const showsProgress = isRunning && (waitedMs >= progressAfterMs || progress.text !== '');

  // What the fields can say needs no second notice.
  const issues = failure?.code === 'validation_failed' ? failure.issues : noIssues;
  const notice = issues.length > 0 ? undefined : failure;
  const isEmpty = shown === undefined && notice === undefined && !showsProgress;

  const result = useRef<HTMLElement>(null);
  useEffect(() => (isEmpty ? undefined : reveal(result.current)), [shown, notice, showsProgress]);
  useEffect(() => onIssues(issues), [issues]);
  const standing = isRunning ? 'running' : shown === undefined ? 'fresh' : 'ran';
  useEffect(() => onStanding(standing), [standing]);

  // The button that was pressed is about to go; its place in the order of focus must not.
  const holdFocus = () => result.current?.focus({ preventScroll: true });
  const run = (inputs: Inputs) => {
    if (!start(inputs)) holdFocus();
  };
  useEffect(() => {
    if (submission !== undefined) run(submission.inputs);
  }, [submission]);

  return (
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
          <ResultView output={shown.run.output} name={slug} />
        )}
        {isEmpty && <p class="muted">{text('result.before')}</p>}
      </section>
      <PastRuns
        fields={normalizedFields}
        runs={pastRuns.filter((past) => past !== shown)}
        onShow={show}
        onUseInputs={(inputs) => onUseInputs(fieldsWith(normalizedFields, inputs))}
      />
    </div>
  );
}
