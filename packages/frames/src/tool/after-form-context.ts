import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Loaded } from '../ui/use-loaded.ts';

/** What after-form.ts brings. */
export type AfterForm = typeof import('./after-form.ts');

type LoadedAfterForm = Loaded<AfterForm> & { load: () => void };

export const AfterFormContext = createContext<LoadedAfterForm | undefined>(undefined);

/** Has it loaded once this component is drawn, which does not wait for it. */
export function useAfterForm(): Loaded<AfterForm> {
  const afterForm = useContext(AfterFormContext);
  if (afterForm === undefined) throw new Error('There is no frame around this component.');
  useEffect(() => afterForm.load(), []);
  return afterForm;
}
