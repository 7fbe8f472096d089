import Type from 'typebox';
import type { Issue } from './errors.ts';
import { Id } from './http.ts';
import { JsonSchema, NormalizedField } from './tools.ts';

export const ToolSchema = Type.Object({
  slug: Type.String(),
  name: Type.String(),
  description: Type.String(),
  requiresAi: Type.Boolean(),
  schema: JsonSchema,
  normalizedFields: Type.Array(NormalizedField),
});

/** `workspaceId` is an assertion: a run for another workspace than the credential's is refused. */
export const RunRequest = Type.Object(
  { inputs: Type.Record(Type.String(), Type.Unknown()), workspaceId: Type.Optional(Id) },
  { additionalProperties: true },
);

export const RunResult = Type.Object({
  runId: Id,
  status: Type.Literal('ok'),
  output: Type.Unknown(),
  durationMs: Type.Number(),
});

/**
 * What a run says while it runs, to a caller that accepts `text/event-stream`; the event's name is its `type`. A run ends
 * with exactly one `run_complete` or `error`.
 */
export type RunEvent =
  | { type: 'step_start'; runId: string; step: string; kind: string; index: number; total: number }
  | { type: 'text_delta'; runId: string; step: string; text: string }
  | { type: 'step_complete'; runId: string; step: string; durationMs: number }
  | { type: 'run_complete'; runId: string; status: 'ok'; output: unknown; durationMs: number }
  | {
      type: 'error';
      error: string;
      code: string;
      hint?: string;
      issues?: Issue[];
      requestId: string;
      retryAfterSeconds?: number;
    };
