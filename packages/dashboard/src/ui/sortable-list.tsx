import { Accessibility, Feedback, PointerSensor, StyleInjector, type DragEndEvent } from '@dnd-kit/dom';
import { DragDropProvider } from '@dnd-kit/react';
import { isSortable, useSortable } from '@dnd-kit/react/sortable';
import { ActionIcon, useMantineStyleNonce, VisuallyHidden } from '@mantine/core';
import { GripVertical } from 'lucide-react';
import {
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import classes from './sortable-list.module.css';

type SortableListProps<Entry> = {
  entries: readonly Entry[];
  /** What an entry is called where it is moved. */
  nameOf: (entry: Entry, index: number) => string;
  /** Takes the entry out at `from`, and puts it back in at `to`. */
  onMove: (from: number, to: number) => void;
  /** An entry as it is drawn, with the handle that it is dragged by. */
  children: (entry: Entry, index: number, handle: ReactNode) => ReactNode;
};

/** What a keyboard has picked up, by which name, and where it was. */
type Lifted = { id: string; name: string; from: number };

const motion = { duration: 150, easing: 'ease-out' };

/**
 * A list whose entries are put in another order by a handle each: with a pointer, a finger, or the keyboard, which a screen
 * reader is told of. Entries stay within their own list, also where lists are inside of each other.
 *
 * The keyboard is our own: the library's finds only places that are on the screen, and entries here can be as tall as it.
 */
export function SortableList<Entry extends { id: string }>({
  entries,
  nameOf,
  onMove,
  children,
}: SortableListProps<Entry>) {
  const [lifted, setLifted] = useState<Lifted>();
  const [said, setSaid] = useState('');
  const helpId = useId();
  const styleNonce = useMantineStyleNonce();
  const plugins = useMemo(
    () => [
      // The page's policy lets through no style without it.
      StyleInjector.configure({ nonce: styleNonce?.() ?? '' }),
      Feedback.configure({ dropAnimation: motion, keyboardTransition: motion }),
    ],
    [styleNonce],
  );

  function say(name: string, what: string, index: number): void {
    setSaid(`${name} is ${what} place ${index + 1} of ${entries.length}.`);
  }

  function drop({ canceled, operation: { source } }: DragEndEvent): void {
    if (canceled || !isSortable(source) || source.index === source.initialIndex) return;
    onMove(source.initialIndex, source.index);
  }

  function pressed(event: KeyboardEvent, entry: Entry, index: number): void {
    const isPress = event.key === ' ' || event.key === 'Enter';
    if (lifted?.id !== entry.id) {
      if (!isPress) return;
      event.preventDefault();
      const name = nameOf(entry, index);
      setLifted({ id: entry.id, name, from: index });
      return say(name, 'picked up at', index);
    }
    const { name, from } = lifted;
    if (isPress) {
      event.preventDefault();
      setLifted(undefined);
      return say(name, 'dropped at', index);
    }
    if (event.key === 'Escape') {
      setLifted(undefined);
      if (from !== index) onMove(index, from);
      return say(name, 'back at', from);
    }
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return undefined;
    event.preventDefault();
    const to = event.key === 'ArrowUp' ? index - 1 : index + 1;
    if (to < 0 || to >= entries.length) return undefined;
    onMove(index, to);
    return say(name, 'at', to);
  }

  /** Whoever goes on with something else has dropped it: it would take the focus back with the next change of the list. */
  function left({ relatedTarget }: FocusEvent, entry: Entry, index: number): void {
    // Nobody has the focus while the button itself is moved in the document.
    if (lifted?.id !== entry.id || relatedTarget === null) return;
    setLifted(undefined);
    say(lifted.name, 'dropped at', index);
  }

  return (
    <>
      <DragDropProvider
        sensors={[PointerSensor]}
        plugins={(defaults) => [...defaults.filter((plugin) => plugin !== Accessibility), ...plugins]}
        onDragEnd={drop}
      >
        {entries.map((entry, index) => (
          <SortableEntry
            key={entry.id}
            id={entry.id}
            index={index}
            name={nameOf(entry, index)}
            isLifted={lifted?.id === entry.id}
            helpId={helpId}
            onKeyDown={(event) => pressed(event, entry, index)}
            onBlur={(event) => left(event, entry, index)}
            draw={(handle) => children(entry, index, handle)}
          />
        ))}
      </DragDropProvider>
      <span id={helpId} hidden>
        Space picks up. The arrow keys move. Space again drops, and Escape puts back.
      </span>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

type SortableEntryProps = {
  id: string;
  index: number;
  name: string;
  isLifted: boolean;
  helpId: string;
  onKeyDown: (event: KeyboardEvent) => void;
  onBlur: (event: FocusEvent) => void;
  draw: (handle: ReactNode) => ReactNode;
};

function SortableEntry({ id, index, name, isLifted, helpId, onKeyDown, onBlur, draw }: SortableEntryProps) {
  const { ref, handleRef, isDragging } = useSortable({ id, index, transition: motion });
  const button = useRef<HTMLButtonElement>(null);

  // Moved in the document, a button loses the focus.
  useEffect(() => {
    if (!isLifted) return;
    button.current?.focus({ preventScroll: true });
    button.current?.scrollIntoView({ block: 'nearest' });
  }, [isLifted, index]);

  return (
    <div ref={ref} className={classes['entry']} data-dragging={isDragging || isLifted || undefined}>
      {draw(
        <ActionIcon
          ref={(element) => {
            button.current = element;
            handleRef(element);
          }}
          variant="subtle"
          color="gray"
          size="lg"
          className={classes['handle'] ?? ''}
          aria-label={`Move ${name}`}
          aria-describedby={helpId}
          aria-pressed={isLifted}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        >
          <GripVertical size={16} aria-hidden />
        </ActionIcon>,
      )}
    </div>
  );
}
