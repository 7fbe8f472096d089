import type { Issue, NormalizedField } from '@microapp/contract';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAfterClick } from '../../ui/after-click.ts';
import { useFirstLocale } from '../../ui/locale.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useAfterForm } from '../after-form-context.ts';
import { Failed } from '../failed.tsx';
import { Field } from './field.tsx';
import { isMarked } from './field-frame.tsx';
import { FormContext } from './form-context.ts';
import { isWithin, pathOf, rootPath } from './path.ts';
import { useForm } from './use-form.ts';

export type ToolFormProps = {
  slug: string;
  fields: readonly NormalizedField[];
  /** Another number is another form, which starts with the defaults of its fields. */
  draft: number;
  state: 'fresh' | 'running' | 'ran';
  /** What the server said of the last inputs. */
  issues: readonly Issue[];
  onRun: (inputs: Record<string, unknown>) => void;
};

/** The form of a tool, drawn when everything that it needs is there: most tools have no lists. */
export function ToolForm(props: ToolFormProps) {
  const { part, failure, retry } = useAfterForm();
  if (part !== undefined || !props.fields.some(holdsList)) return <DrawnForm key={props.draft} {...props} />;
  return failure === undefined ? <Skeleton /> : <Failed failure={failure} onRetry={retry} />;
}

function holdsList({ type, fields = [] }: NormalizedField): boolean {
  return type === 'array' || fields.some(holdsList);
}

/** It stays as it is while the tool runs, and whatever the run says. */
function DrawnForm({ slug, fields, state, issues, onRun }: ToolFormProps) {
  const { text } = useFirstLocale();
  const { part, failure, retry } = useAfterForm();
  const form = useForm(fields, part);
  const element = useRef<HTMLFormElement>(null);
  const afterClick = useAfterClick();
  // Counts the attempts that failed; the summary is there from the first one until a run.
  const [attempt, setAttempt] = useState(0);
  // Somebody was faster than what checks the form and runs the tool.
  const [isAhead, setAhead] = useState(false);
  const isRunning = state === 'running' || (isAhead && failure === undefined);
  const idOf = (path: string) => encodeURIComponent(`${slug}:${path}`);
  const inputsWithPath = () => [...(element.current?.querySelectorAll<HTMLElement>('[data-path]') ?? [])];

  useEffect(() => {
    if (issues.length === 0) return;
    form.takeIssues(issues);
    setAttempt((count) => count + 1);
  }, [issues]);

  const run = () => {
    if (state === 'running') return;
    setAhead(part === undefined);
    if (part === undefined) return failure === undefined ? undefined : retry();
    const inputs = form.submit(inputsWithPath().filter(isHalfTyped).map(pathIn));
    if (inputs === undefined) return setAttempt((count) => count + 1);
    setAttempt(0);
    onRun(inputs);
  };

  useEffect(() => {
    if (isAhead && part !== undefined) run();
  }, [isAhead, part]);
  const submit = (event: Event) => {
    event.preventDefault();
    run();
  };

  const focusField = (path: string) => {
    const field = inputsWithPath().findLast((input) => isWithin(path, pathIn(input)));
    const option = field?.role === 'radiogroup' ? field.querySelector<HTMLElement>('input:checked, input') : undefined;
    (option ?? field)?.focus();
  };

  return (
    <FormContext.Provider
      value={{
        ListField: part?.ListField,
        messageAt: (path, { inside } = { inside: false }) =>
          form.messages.find((found) => found.path === path || (inside && isWithin(found.path, path)))?.message,
        idOf,
        edited: (path) => form.edited(path),
        left: (path) => afterClick(() => form.left(path)),
        rearranged: (path) => form.rearranged(path),
      }}
    >
      <form
        noValidate
        onSubmit={submit}
        // Enter alone runs from every field of one line, and is a new line in the others.
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event);
        }}
        ref={element}
      >
        {attempt > 0 && part !== undefined && (
          <part.ProblemSummary id={idOf('problems')} messages={form.messages} attempt={attempt} onChoose={focusField} />
        )}
        {fields.some(showsMark) && <p class="help">{text('required-legend')}</p>}
        {fields.map((field) => (
          <Field
            key={field.key}
            field={field}
            path={pathOf(rootPath, field.key)}
            draft={form.draft[field.key] ?? ''}
            onChange={(changed) => form.change({ ...form.draft, [field.key]: changed })}
          />
        ))}
        {/* Not `disabled`: that would drop the focus of whoever pressed it. */}
        <button class="primary" type="submit" aria-disabled={isRunning} aria-keyshortcuts="Control+Enter Meta+Enter">
          {isRunning && <span class="spinner" aria-hidden="true" />}
          {text(isRunning ? 'running' : state === 'ran' ? 'run-again' : 'run')}
        </button>
        {isAhead && failure !== undefined && <Failed failure={failure} onRetry={run} />}
      </form>
    </FormContext.Provider>
  );
}

/** Whether a field, or one inside it, has the mark that needs an explanation. */
function showsMark(field: NormalizedField): boolean {
  return isMarked(field) || [...(field.fields ?? []), ...(field.items ? [field.items] : [])].some(showsMark);
}

/** Half a date looks empty to a script, and would be left out. */
function isHalfTyped(input: HTMLElement): boolean {
  return input instanceof HTMLInputElement && input.validity.badInput;
}

function pathIn(input: HTMLElement): string {
  return input.dataset['path'] ?? '';
}
