import type { NormalizedField } from '@microapp/contract';
import { useEffect, useState } from 'preact/hooks';
import type { ListField } from './list-field.tsx';

type Loaded = { ListField: typeof ListField | undefined };

const notNeeded: Loaded = { ListField: undefined };

/** How lists are drawn, which most tools have none of: loaded for those that do. A greater `attempt` loads it again. */
export function useListField(fields: readonly NormalizedField[], attempt: number): Loaded | 'loading' | 'failed' {
  const needsLists = fields.some(holdsList);
  const [loaded, setLoaded] = useState<Loaded | 'loading' | 'failed'>('loading');
  useEffect(() => {
    if (!needsLists) return;
    setLoaded('loading');
    import('./list-field.tsx').then(
      (module) => setLoaded({ ListField: module.ListField }),
      () => setLoaded('failed'),
    );
  }, [needsLists, attempt]);
  return needsLists ? loaded : notNeeded;
}

function holdsList({ type, fields = [] }: NormalizedField): boolean {
  return type === 'array' || fields.some(holdsList);
}
