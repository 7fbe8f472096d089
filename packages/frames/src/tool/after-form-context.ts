import { createContext } from 'preact';
import { useContext, useEffect } from 'preact/hooks';
import type { Loaded } from '../ui/use-loaded.ts';
import type * as afterForm from './after-form.ts';

/** What after-form.ts brings. */
export type AfterForm = typeof afterForm;

type LoadedAfterForm = Loaded<AfterForm> & { load: () => void };

export const AfterFormContext = createContext<LoadedAfterForm | undefined>(undefined);

/** Has it loaded once this component is drawn, which does not wait for it. */
export function useAfterForm(): Loaded<AfterForm> {
  const loaded = useContext(AfterFormContext);
  if (loaded === undefined) throw new Error('There is no frame around this component.');
  useEffect(() => loaded.load(), []);
  return loaded;
}
