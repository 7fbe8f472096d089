import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { adoptStyles } from '../../ui/appearance.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/locale.ts';
import type { DraftList } from './draft.ts';
import { withEntry, withMoved } from './entries.ts';
import { FieldGroup } from './field-frame.tsx';
import { Field } from './field.tsx';
import type { FieldProps } from './field-props.ts';
import { useFormContext } from './form-context.ts';
import css from './list-field.css?inline';
import { pathOf } from './path.ts';

adoptStyles(document, css);

/** Of the buttons of an entry. */
type Action = 'up' | 'down' | 'remove';
/** Where the focus goes once the list is drawn anew: into an entry, or to one of its buttons. */
type FocusTarget = { index: number; action?: Action };

/** Entries of one kind, which come and go and change places, by mouse, finger and keyboard. */
export function ListField({ field, path, draft, onChange }: FieldProps<DraftList>) {
  const { text, format } = useLocale();
  const form = useFormContext();
  const entries = useRef<HTMLDivElement>(null);
  const addButton = useRef<HTMLButtonElement>(null);
  const focusNext = useRef<FocusTarget | undefined>(undefined);
  const [said, say] = useState('');
  const { items, required, minItems = 0, maxItems = Infinity } = field;

  // What was pressed is gone, or was taken out of the document for a moment to be moved, and the focus with it. Before
  // the next key is pressed: whoever types at once types into the new entry.
  useLayoutEffect(() => {
    const target = focusNext.current;
    focusNext.current = undefined;
    if (target === undefined) return;
    const entry = entries.current?.children[target.index];
    const selector =
      target.action === undefined ? 'input, select, textarea, button' : `:scope > .entry-actions > .${target.action}`;
    (entry?.querySelector<HTMLElement>(selector) ?? addButton.current)?.focus();
  }, [draft]);

  if (items === undefined) return null;
  const change = (list: DraftList, focus: FocusTarget) => {
    focusNext.current = focus;
    form.edited(path);
    form.rearranged(path);
    onChange(list);
  };
  const remove = (index: number) => {
    say(text('entry-removed', { number: index + 1 }));
    change(draft.toSpliced(index, 1), { index: Math.min(index, draft.length - 2), action: 'remove' });
  };
  const move = (index: number, by: -1 | 1) => {
    say(text('entry-moved', { number: index + by + 1 }));
    change(withMoved(draft, index, by), { index: index + by, action: by < 0 ? 'up' : 'down' });
  };
  const limits = [
    ...(minItems > 0 ? [text('entries-min', { limit: minItems })] : []),
    ...(maxItems < Infinity ? [text('entries-max', { limit: maxItems })] : []),
  ];
  // A list that may be left out may be emptied, whatever it needs if it is there.
  const isRemovable = !required || draft.length > minItems;

  return (
    <FieldGroup field={field} path={path} hint={limits.join(' ') || undefined} class="group">
      <div class="entries" ref={entries}>
        {draft.map((entry, index) => {
          const number = index + 1;
          return (
            <div class="entry" key={entry.id}>
              <Field
                field={{ ...items, label: text('entry', { number }) }}
                path={pathOf(path, index)}
                draft={entry.draft}
                onChange={(changed) =>
                  onChange(draft.map((other) => (other === entry ? { ...entry, draft: changed } : other)))
                }
              />
              <div class="entry-actions">
                {draft.length > 1 && (
                  <>
                    <EntryButton
                      action="up"
                      label={text('move-entry-up', { number })}
                      isOff={index === 0}
                      onPress={() => move(index, -1)}
                    />
                    <EntryButton
                      action="down"
                      label={text('move-entry-down', { number })}
                      isOff={number === draft.length}
                      onPress={() => move(index, 1)}
                    />
                  </>
                )}
                {isRemovable && (
                  <EntryButton action="remove" label={text('remove-entry', { number })} onPress={() => remove(index)} />
                )}
              </div>
            </div>
          );
        })}
      </div>
      {draft.length < maxItems && (
        <button
          type="button"
          ref={addButton}
          onClick={() => change(withEntry(draft, items, format), { index: draft.length })}
        >
          <Icon name="plus" />
          {text('add-entry')}
        </button>
      )}
      <p class="hidden" role="status">
        {said}
      </p>
    </FieldGroup>
  );
}

const icons = { up: 'arrow-up', down: 'arrow-down', remove: 'x' } as const;

function EntryButton({
  action,
  label,
  isOff = false,
  onPress,
}: {
  action: Action;
  label: string;
  isOff?: boolean;
  onPress: () => void;
}) {
  return (
    // Not `disabled`: an entry that has arrived at the end would drop the focus of whoever moves it.
    <button
      type="button"
      class={`quiet square ${action}`}
      aria-label={label}
      title={label}
      aria-disabled={isOff}
      onClick={() => !isOff && onPress()}
    >
      <Icon name={icons[action]} />
    </button>
  );
}
