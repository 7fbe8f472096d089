import type { FrameToHost } from '@microapp/contract/protocol';
import type { Issue, NormalizedField } from '@microapp/contract';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { toFailure, type Failure } from '../session/failure.ts';
import { useFirstLocale } from '../ui/locale.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { useAfterForm } from './after-form-context.ts';
import { describeTool, type ToolDescription, type ToolSession } from './describe-tool.ts';
import { Failed } from './failed.tsx';
import { ToolForm } from './fields/tool-form.tsx';
import type { Submission } from './run/outcome.tsx';

export type ToolProps = {
  slug: string;
  session: ToolSession;
  send: (message: FrameToHost) => void;
  /** What the page around knows; a fact that has the key of a field is what the field starts with. */
  known: Readonly<Record<string, unknown>>;
};

/** One tool: reads what it takes, then shows its form and its result. */
export function Tool({ slug, session, ...more }: ToolProps) {
  const [attempt, setAttempt] = useState(0);
  const [description, setDescription] = useState<ToolDescription | Failure | undefined>(undefined);

  useEffect(() => {
    let isStale = false;
    const take = (answer: ToolDescription | Failure) => {
      if (!isStale) setDescription(answer);
    };
    setDescription(undefined);
    describeTool(session, slug).then(take, (error: unknown) => take(toFailure(error)));
    return () => {
      isStale = true;
    };
  }, [session, slug, attempt]);

  if (description === undefined) return <Skeleton />;
  if (description instanceof Error) return <Failed failure={description} onRetry={() => setAttempt(attempt + 1)} />;
  return <LoadedTool description={description} session={session} {...more} />;
}

const loadPrefill = () => import('./fields/prefill.ts').then(({ withPrefill }) => withPrefill);

const noIssues: readonly Issue[] = [];

function LoadedTool({ description, known, ...more }: { description: ToolDescription } & Omit<ToolProps, 'slug'>) {
  const { text } = useFirstLocale();
  const { slug, name, normalizedFields } = description;
  const { part: afterForm } = useAfterForm();
  const [submission, submit] = useState<Submission | undefined>(undefined);
  const [standing, setStanding] = useState<'fresh' | 'running' | 'ran'>('fresh');
  const [issues, setIssues] = useState(noIssues);

  const isKnown = normalizedFields.some(({ key }) => Object.hasOwn(known, key));
  const { part: withPrefill, failure } = useLoaded(isKnown ? loadPrefill : undefined);
  // Another number is another form: it starts with the inputs of an earlier run.
  const [again, setAgain] = useState<{ count: number; fields: readonly NormalizedField[] } | undefined>(undefined);
  const fields = useMemo(
    () => again?.fields ?? withPrefill?.(normalizedFields, known) ?? normalizedFields,
    [again, withPrefill, normalizedFields, known],
  );
  const article = useRef<HTMLElement>(null);
  useEffect(() => {
    if (again !== undefined) article.current?.querySelector<HTMLElement>('form [data-path]')?.focus();
  }, [again]);

  // What the page around knows is a help: a form without it is better than none.
  // Only before there is a form: what somebody typed meanwhile is worth more.
  const stands = useRef(false);
  if (!stands.current && isKnown && withPrefill === undefined && failure === undefined) return <Skeleton />;
  stands.current = true;
  return (
    <article class="tool" ref={article}>
      <header class="tool-head">
        {/* The owner's words, in a direction of their own. */}
        <h1>
          <bdi>{name}</bdi>
        </h1>
        {description.description !== '' && (
          <p class="muted">
            <bdi>{description.description}</bdi>
          </p>
        )}
      </header>
      {/* A form keeps what was typed; another one starts with other inputs. */}
      <ToolForm
        draft={again?.count ?? 0}
        slug={slug}
        fields={fields}
        state={standing}
        issues={issues}
        onRun={(inputs) => submit((before) => ({ count: (before?.count ?? 0) + 1, inputs }))}
      />
      {afterForm === undefined ? (
        <div class="outcome" data-empty>
          <section class="result" data-empty>
            <p class="muted">{text('result.before')}</p>
          </section>
        </div>
      ) : (
        <afterForm.Outcome
          {...more}
          description={description}
          submission={submission}
          onStanding={setStanding}
          onIssues={setIssues}
          onUseInputs={(used) => setAgain((before) => ({ count: (before?.count ?? 0) + 1, fields: used }))}
        />
      )}
    </article>
  );
}
