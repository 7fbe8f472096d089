import type { ToolSchema } from '@microapp/contract';
import type { Static } from 'typebox';
import type { LiveTool } from './live-tool.ts';
import { normalizedFields } from './normalized-fields.ts';

/** What a form needs to know of a tool. `requiresAi` is for tools with a step on the owner's AI key. */
export function toolSchemaOf(tool: LiveTool): Static<typeof ToolSchema> {
  return {
    slug: tool.slug,
    name: tool.name,
    description: tool.description,
    requiresAi: tool.spec.steps.some((step) => step.kind === 'llm'),
    schema: tool.spec.inputs,
    normalizedFields: normalizedFields(tool.spec.inputs),
  };
}
