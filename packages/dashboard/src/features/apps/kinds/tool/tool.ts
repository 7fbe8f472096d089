import type { ToolSpec } from '@microapp/contract';
import type { AppKindScreens } from '../app-kind.ts';
import { changesOfTool } from './changes.ts';
import { ToolEditor } from './tool-editor.tsx';

const emptySpec: ToolSpec = {
  inputs: {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string', title: 'Your name', maxLength: 80 } },
  },
  steps: [{ kind: 'transform', name: 'result', expression: '"Hello, " & inputs.name' }],
};

export const tool: AppKindScreens = {
  kind: 'tool',
  label: 'Tool',
  text: 'A form that computes, asks your endpoint or a model, and shows the result.',
  Editor: ToolEditor,
  emptySpec,
  // The server checked both when they were saved.
  changesOf: (before, after) => changesOfTool(before as ToolSpec, after as ToolSpec),
};
