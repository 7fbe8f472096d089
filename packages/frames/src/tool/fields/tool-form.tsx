import type { Issue, NormalizedField } from '@microapp/contract';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useAfterClick } from '../../ui/after-click.ts';
import { useLocale } from '../../ui/locale.ts';
import { Field } from './field.tsx';
import { FormContext } from './form-context.ts';
import { isWithin, pathOf, rootPath } from './path.ts';
import { ProblemSummary } from './problem-summary.tsx';
import { useForm } from './use-form.ts';

export type ToolFormProps = {
  slug: string;
  fields: readonly NormalizedField[];
  state: 'fresh' | 'running' | 'ran';
  /** What the server said of the last inputs. */
  issues: readonly Issue[];
  onRun: (inputs: Record<string, unknown>) => void;
};

/** The form of a tool. It stays as it is while the tool runs, and whatever the run says. */
export function ToolForm({ slug, fields, state, issues, onRun }: ToolFormProps) {
  const { text } = useLocale();
  const form = useForm(fields);
  const element = useRef<HTMLFormElement>(null);
  const afterClick = useAfterClick();
  // Counts the attempts that failed; the summary is there from the first one until a run.
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (issues.length === 0) return;
    form.takeIssues(issues);
    setAttempt((count) => count + 1);
  }, [issues]);

  const run = (event: Event) => {
    event.preventDefault();
    if (state === 'running') return;
    const inputs = form.submit();
    if (inputs === undefined) return setAttempt((count) => count + 1);
    setAttempt(0);
    onRun(inputs);
  };

  const focusField = (path: string) => {
    const inputs = [...(element.current?.querySelectorAll<HTMLElement>('[data-path]') ?? [])];
    inputs.findLast((input) => isWithin(path, input.dataset['path'] ?? ''))?.focus();
  };

  return (
    <FormContext.Provider
      value={{
        messageAt: (path, { inside } = { inside: false }) =>
          form.messages.find((found) => found.path === path || (inside && isWithin(found.path, path)))?.message,
        idOf: (path) => encodeURIComponent(`${slug}:${path}`),
        edited: (path) => form.edited(path),
        left: (path) => afterClick(() => form.left(path)),
      }}
    >
      <form noValidate onSubmit={run} ref={element}>
        {attempt > 0 && <ProblemSummary messages={form.messages} attempt={attempt} onChoose={focusField} />}
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
        <button class="primary" type="submit" aria-disabled={state === 'running'}>
          {state === 'running' && <span class="spinner" aria-hidden="true" />}
          {text(state === 'running' ? 'running' : state === 'ran' ? 'run-again' : 'run')}
        </button>
      </form>
    </FormContext.Provider>
  );
}
