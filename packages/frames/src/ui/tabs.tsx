import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { adoptStyles } from './appearance.ts';
import css from './tabs.css?inline';

adoptStyles(document, css);

export type Tab = { id: string; label: string };

/**
 * Tabs as the ARIA practices describe them: arrow keys move between them, and only the chosen one is in the tab order.
 * A panel is made when it is first chosen and then only hidden, so that nothing typed in it is lost.
 */
export function Tabs({
  label,
  tabs,
  panel,
  asked,
}: {
  label: string;
  tabs: readonly Tab[];
  panel: (id: string) => ComponentChildren;
  /** Is chosen when it comes, if it is there; the visitor goes on from it. Another object each time. */
  asked?: { id: string } | undefined;
}) {
  const [last, setLast] = useState<{ chosen: string; after?: { id: string } | undefined }>({
    chosen: tabs[0]?.id ?? '',
  });
  // What was asked for since the visitor chose, from the drawing on: whoever is taken into the frame is taken to that.
  const wanted = asked === last.after ? undefined : tabs.find(({ id }) => id === asked?.id);
  const chosen = wanted?.id ?? last.chosen;
  const { current: seen } = useRef(new Set<string>());
  seen.add(chosen);
  const list = useRef<HTMLDivElement>(null);

  const choose = (id: string) => setLast({ chosen: id, after: asked });
  const step = (event: KeyboardEvent) => {
    const towardsEnd = getComputedStyle(list.current ?? document.body).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    const index = tabs.findIndex(({ id }) => id === chosen);
    const next = nextIndex(event.key, index, tabs.length, towardsEnd);
    const tab = tabs[next];
    if (next === index || tab === undefined) return;
    event.preventDefault();
    choose(tab.id);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };

  return (
    <>
      <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={step}>
        {tabs.map(({ id, label: name }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === chosen}
            aria-controls={`panel-${id}`}
            tabIndex={id === chosen ? 0 : -1}
            onClick={() => choose(id)}
          >
            <bdi>{name}</bdi>
          </button>
        ))}
      </div>
      {tabs.map(({ id }) => (
        <div key={id} role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`} hidden={id !== chosen}>
          {seen.has(id) && panel(id)}
        </div>
      ))}
    </>
  );
}

function nextIndex(key: string, index: number, count: number, towardsEnd: string): number {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      return (index + (key === towardsEnd ? 1 : -1) + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return index;
  }
}
