import { Divider, Stack } from '@mantine/core';
import type { ToolSpec } from '@microapp/contract';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../../../api/client.ts';
import { ErrorNotice } from '../../../../ui/error-notice.tsx';
import { notifyOfSuccess } from '../../../../ui/notify-of-success.ts';
import { SaveBar } from '../../../../ui/save-bar.tsx';
import { AppPreview } from '../../app-preview.tsx';
import { EditorLayout } from '../../editor-layout.tsx';
import { isConflict, useChangeApp } from '../../queries.ts';
import { OtherDraft, OwnDraftSetAside } from '../../other-draft.tsx';
import { ReleaseBar } from '../../release-bar.tsx';
import type { EditorProps } from '../app-kind.ts';
import { changesOfTool } from './changes.ts';
import { draftOf, noProblems, problemsOfIssues, specOf, type DraftProblems, type ToolDraft } from './draft.ts';
import { saysTheSame } from './field.ts';
import classes from './tool-editor.module.css';
import { InputsEditor } from './inputs-editor.tsx';
import { OutputEditor, StepsEditor } from './steps-editor.tsx';
import { useTypedSpec } from './use-typed-spec.ts';

/** What is typed, and which saved draft it began from. */
type Editing = { saved: string; tag: string; draft: ToolDraft };

/** Inputs, steps and output of a tool's draft, with the real frame beside them. */
export function ToolEditor({ app, mayChange }: EditorProps) {
  const change = useChangeApp(app.slug);
  const saved = JSON.stringify(app.spec);
  const savedNow = (): Editing => ({ saved, tag: app.draftTag, draft: draftOf(specIn(app.spec)) });
  const [editing, setEditing] = useState<Editing>(savedNow);
  /** What was typed here before another draft was loaded. */
  const [setAside, setSetAside] = useState<ToolDraft>();
  const [problems, setProblems] = useState<DraftProblems>(noProblems);
  const [hasTried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const { draft } = editing;
  const read = specOf(draft);
  const isDirty = read.issues.length > 0 || !saysTheSame(read.spec, JSON.parse(editing.saved));

  // Somebody else saved, or the draft was discarded: what was typed here stays, unless there is nothing of it.
  const isOvertaken = editing.tag !== app.draftTag;
  if (isOvertaken && !isDirty) setEditing(savedNow());

  const shown = useTypedSpec(read, { saved, isDirty });

  // Long editors: whoever saves at the end is led to what is wrong further up.
  useEffect(() => {
    if (problems === noProblems) return;
    // A field, else what is said of a whole part.
    const find = (selector: string) => form.current?.querySelector<HTMLElement>(selector);
    const wrong = find('[aria-invalid=true]') ?? find('section [role=alert]');
    wrong?.focus({ preventScroll: true });
    wrong?.scrollIntoView({ block: 'center' });
  }, [problems]);

  function edit(part: Partial<ToolDraft>): void {
    setEditing({ ...editing, draft: { ...draft, ...part } });
  }

  function discard(): void {
    begin(savedNow());
  }

  function begin(next: Editing): void {
    setEditing(next);
    setProblems(noProblems);
    setTried(false);
    change.reset();
  }

  function loadTheirs(): void {
    setSetAside(draft);
    begin(savedNow());
    // The button that was pressed goes.
    end.current?.focus({ preventScroll: true });
  }

  /** From now on it is a change of the draft that there is, which the next save replaces. */
  function keep(mine: ToolDraft): void {
    setSetAside(undefined);
    begin({ ...savedNow(), draft: mine });
    end.current?.focus({ preventScroll: true });
  }

  function save(): void {
    setTried(true);
    change.reset();
    setProblems(read.issues.length > 0 ? problemsOfIssues(read.issues, draft) : noProblems);
    if (read.issues.length > 0) return;
    change.mutate(
      { spec: read.spec, draftTag: editing.tag },
      {
        onSuccess(changed) {
          // Somebody may have typed on.
          setEditing((now) => ({ ...now, saved: JSON.stringify(changed.spec), tag: changed.draftTag }));
          setSetAside(undefined);
          setTried(false);
          notifyOfSuccess('The draft is saved.');
        },
        onError: (error) => setProblems(error instanceof ApiError ? problemsOfIssues(error.issues, draft) : noProblems),
      },
    );
  }

  return (
    <EditorLayout
      preview={<AppPreview app={app} subject={shown} />}
      editor={
        <form
          ref={form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <Stack gap="lg">
            <ReleaseBar
              app={app}
              mayChange={mayChange}
              hasUnsavedChanges={isDirty}
              changesOf={(before, after) => changesOfTool(specIn(before), specIn(after))}
              onEdit={(spec) => keep(draftOf(specIn(spec)))}
            />
            <fieldset disabled={!mayChange} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
              <Stack gap="lg">
                <InputsEditor
                  inputs={draft.inputs}
                  problems={problems.inputs}
                  foundInFields={problems.fields}
                  showsProblems={hasTried}
                  onChange={(inputs) => edit({ inputs })}
                />
                <Divider />
                <StepsEditor steps={draft.steps} problems={problems.steps} onChange={(steps) => edit({ steps })} />
                <Divider />
                <OutputEditor
                  output={draft.output}
                  steps={draft.steps}
                  problems={problems.output}
                  onChange={(output) => edit({ output })}
                />
              </Stack>
            </fieldset>
            {mayChange && (
              <div className={classes['save']} ref={end} tabIndex={-1}>
                {isOvertaken && isDirty && !change.isPending && (
                  <OtherDraft app={app} onLoadTheirs={loadTheirs} onKeepMine={() => keep(draft)} />
                )}
                {setAside !== undefined && (
                  <OwnDraftSetAside onTakeBack={() => keep(setAside)} onForget={() => setSetAside(undefined)} />
                )}
                {!(isOvertaken && isConflict(change.error)) && <SaveNotice error={change.error} problems={problems} />}
                <SaveBar isDirty={isDirty} isSaving={change.isPending} onDiscard={discard} label="Save draft" />
              </div>
            )}
          </Stack>
        </form>
      }
    />
  );
}

/** Beside the button: that there is something to mend above, or what has no place there. */
function SaveNotice({ error, problems }: { error: Error | null; problems: DraftProblems }) {
  const isPlaced = problems.rest.length === 0 && (!(error instanceof ApiError) || error.issues.length > 0);
  const count =
    Object.keys(problems.steps).length +
    Object.keys(problems.fields).length +
    problems.inputs.length +
    problems.output.length;
  if (count > 0 && isPlaced) {
    return (
      <ErrorNotice
        error={
          new ApiError(400, { error: 'The draft is not saved.', hint: 'Mend what is marked above, and save again.' })
        }
      />
    );
  }
  return error === null ? undefined : <ErrorNotice error={error} />;
}

/** The server checked it when it was saved; what is no tool's spec is none of ours. */
function specIn(spec: unknown): ToolSpec {
  return spec as ToolSpec;
}
