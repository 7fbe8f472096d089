import type { ToolSpec } from '@microapp/contract';
import type { AppKindRules } from '../apps/index.ts';
import type { ToolEngine } from './engine/engine.ts';

/** What makes a spec fit for a tool, and for one that anybody may run. */
export function createToolKind(engine: Pick<ToolEngine, 'check'>): AppKindRules {
  return {
    checkSpec: (spec) => engine.check(spec),
    notForPublic: (spec) => (spec === undefined ? undefined : functionStepIn(spec as ToolSpec)), // checked when it was saved
  };
}

/** A function computes whatever it likes for as long as it may: that is for those whom the owner gave a credential. */
function functionStepIn({ steps }: ToolSpec): string | undefined {
  const found = steps.find(({ kind }) => kind === 'function');
  return found && `the function step "${found.name}"`;
}
