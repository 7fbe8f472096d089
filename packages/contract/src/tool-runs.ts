import Type from 'typebox';
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
