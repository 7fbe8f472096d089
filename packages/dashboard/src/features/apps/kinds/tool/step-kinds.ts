import { Braces, FunctionSquare, Globe, Sparkles, type LucideIcon } from 'lucide-react';
import type { StepKind } from './draft.ts';

type StepKindWords = { label: string; text: string; icon: LucideIcon; defaultName: string };

export const stepKinds: Readonly<Record<StepKind, StepKindWords>> = {
  transform: {
    label: 'Transform',
    text: 'An expression in JSONata: calculate, pick, put in order.',
    icon: Braces,
    defaultName: 'result',
  },
  function: {
    label: 'Function',
    text: 'JavaScript in a sandbox, without network. Not for tools that anybody may run.',
    icon: FunctionSquare,
    defaultName: 'compute',
  },
  http: {
    label: 'HTTP request',
    text: 'Ask an endpoint of yours. Requests are signed with the webhook secret.',
    icon: Globe,
    defaultName: 'request',
  },
  llm: {
    label: 'AI model',
    text: 'A prompt to a model, with your provider key.',
    icon: Sparkles,
    defaultName: 'answer',
  },
};
