import { createContext, Fragment, useContext, useState, type ReactNode } from 'react';

const DirtyContext = createContext<(isDirty: boolean) => void>(() => undefined);

/** How a form tells that somebody has changed something in it. */
export function useReportDirty(): (isDirty: boolean) => void {
  return useContext(DirtyContext);
}

/**
 * A form that begins anew when what it shows was changed elsewhere (`version` is another), but never while somebody is in
 * the middle of it: what was typed stays until it is saved or discarded.
 */
export function KeepEdits({ version, children }: { version: string; children: ReactNode }) {
  const [shown, setShown] = useState(version);
  const [isDirty, setDirty] = useState(false);
  if (!isDirty && shown !== version) setShown(version);
  return (
    <DirtyContext value={setDirty}>
      <Fragment key={shown}>{children}</Fragment>
    </DirtyContext>
  );
}
