import type { ReactNode } from 'react';
import classes from './editor-layout.module.css';

/** The editor, and beside it what it makes; on a phone, below it. */
export function EditorLayout({ editor, preview }: { editor: ReactNode; preview: ReactNode }) {
  return (
    <div className={classes['columns']}>
      <div className={classes['editor']}>{editor}</div>
      <aside className={classes['preview']} aria-label="Preview">
        {preview}
      </aside>
    </div>
  );
}
