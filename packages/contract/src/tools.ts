import Type from 'typebox';
import { providers } from './provider-keys.ts';

/** Names the step's result in `results`, so it must also read well in an expression: `results.quote.total`. */
export const StepName = Type.String({ pattern: '^[a-z][A-Za-z0-9_]{0,39}$' });

export const TransformStep = Type.Object(
  {
    kind: Type.Literal('transform'),
    name: StepName,
    expression: Type.String({ minLength: 1, maxLength: 16_384, description: 'JSONata.' }),
  },
  { additionalProperties: false },
);
export type TransformStep = Type.Static<typeof TransformStep>;

export const FunctionStep = Type.Object(
  {
    kind: Type.Literal('function'),
    name: StepName,
    code: Type.String({
      minLength: 1,
      maxLength: 65_536,
      description: 'A JavaScript module whose default export takes the step context and returns JSON.',
    }),
  },
  { additionalProperties: false },
);
export type FunctionStep = Type.Static<typeof FunctionStep>;

/** A JSON Schema 2020-12 as an object; that it is one, and fit for use, is found out by compiling it. */
export const JsonSchema = Type.Record(Type.String(), Type.Unknown());
export type JsonSchema = Type.Static<typeof JsonSchema>;

/**
 * Text with JSONata expressions between double braces, each over the step context: `Dear {{ inputs.name }}`. An
 * expression ends at the first `}}`, so braces inside of one are kept apart by a space.
 */
const Template = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, description: 'Text with JSONata expressions between {{ and }}.' });

const HeaderName = "^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$";

/** The longest that a step may wait for the outside world. */
export const outsideStepTimeoutMsMax = 120_000;

export const HttpStep = Type.Object(
  {
    kind: Type.Literal('http'),
    name: StepName,
    /** Absent: POST with a body, GET without. */
    method: Type.Optional(Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])),
    /** Scheme, host and port are written out: only path and query hold expressions, whose values are percent-encoded. */
    url: Template(2000),
    headers: Type.Optional(Type.Record(Type.String({ pattern: HeaderName }), Template(2000), { maxProperties: 20 })),
    /** JSON whose strings are templates; a string that is one expression and nothing else becomes its value. */
    body: Type.Optional(Type.Unknown()),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: outsideStepTimeoutMsMax })),
  },
  { additionalProperties: false },
);
export type HttpStep = Type.Static<typeof HttpStep>;

export const LlmStep = Type.Object(
  {
    kind: Type.Literal('llm'),
    name: StepName,
    /** Whose key is used; absent: the newest active key, whoever's models it is for. */
    provider: Type.Optional(Type.Enum(providers)),
    /** Absent: the key's default model, else the provider's usual small one. */
    model: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    system: Type.Optional(Template(16_384)),
    prompt: Template(65_536),
    /** Absent: the result is text. Else the model answers by this JSON Schema of an object, which is the result. */
    schema: Type.Optional(JsonSchema),
    temperature: Type.Optional(Type.Number({ minimum: 0, maximum: 2 })),
    maxOutputTokens: Type.Optional(Type.Integer({ minimum: 1, maximum: 32_768 })),
    timeoutMs: Type.Optional(Type.Integer({ minimum: 100, maximum: outsideStepTimeoutMsMax })),
  },
  { additionalProperties: false },
);
export type LlmStep = Type.Static<typeof LlmStep>;

/** A step that computes, in the sandbox; the others wait for somebody outside. */
export type SandboxedStep = TransformStep | FunctionStep;

/** Told apart by `kind`. */
export const ToolStep = Type.Union([TransformStep, FunctionStep, HttpStep, LlmStep]);
export type ToolStep = Type.Static<typeof ToolStep>;

export const inputsSchemaBytesMax = 65_536;

/**
 * What a tool takes, does and answers. `inputs` is the JSON Schema of an object. The steps run in order; each sees the
 * inputs and the results of the steps before it. The output is the result of the step that `output` names, else the
 * last step's.
 */
export const ToolSpec = Type.Object(
  {
    inputs: JsonSchema,
    steps: Type.Array(ToolStep, { minItems: 1, maxItems: 20 }),
    output: Type.Optional(Type.Object({ step: StepName }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type ToolSpec = Type.Static<typeof ToolSpec>;

/** What every step sees. All of it is JSON; `now` is the run's time, ISO 8601 UTC, the only time a step can know. */
export type StepContext = {
  inputs: Record<string, unknown>;
  results: Record<string, unknown>;
  workspace: { id: string; name: string; attributes: Record<string, unknown> };
  now: string;
};

export const normalizedFieldTypes = [
  'text',
  'longText',
  'number',
  'integer',
  'boolean',
  'enum',
  'date',
  'email',
  'url',
  'array',
  'object',
] as const;
export type NormalizedFieldType = (typeof normalizedFieldTypes)[number];

/**
 * One field of a form, made from a JSON Schema by the server, so that whoever draws the form needs no JSON Schema of
 * its own. `fields` are the fields of an object, `items` is the form of each entry of an array; where a schema repeats
 * itself without end both are absent. Keywords that the schema does not have are absent.
 */
export const NormalizedField = Type.Cyclic(
  {
    NormalizedField: Type.Object({
      key: Type.String(),
      label: Type.String({ description: "The schema's title, else the key in words." }),
      type: Type.Enum(normalizedFieldTypes),
      required: Type.Boolean(),
      description: Type.Optional(Type.String()),
      enum: Type.Optional(Type.Array(Type.Unknown())),
      enumTitles: Type.Optional(
        Type.Array(Type.String(), { description: 'How the options are called, in the order of `enum`.' }),
      ),
      default: Type.Optional(Type.Unknown()),
      minimum: Type.Optional(Type.Number()),
      exclusiveMinimum: Type.Optional(Type.Number()),
      maximum: Type.Optional(Type.Number()),
      exclusiveMaximum: Type.Optional(Type.Number()),
      multipleOf: Type.Optional(Type.Number()),
      minLength: Type.Optional(Type.Integer()),
      maxLength: Type.Optional(Type.Integer()),
      pattern: Type.Optional(Type.String()),
      format: Type.Optional(Type.String()),
      formatMinimum: Type.Optional(Type.String({ description: 'The first date that is allowed.' })),
      formatMaximum: Type.Optional(Type.String({ description: 'The last date that is allowed.' })),
      minItems: Type.Optional(Type.Integer()),
      maxItems: Type.Optional(Type.Integer()),
      fields: Type.Optional(Type.Array(Type.Ref('NormalizedField'))),
      items: Type.Optional(Type.Ref('NormalizedField')),
    }),
  },
  'NormalizedField',
);

/** The same as a type, written out: an inferred recursive type is unreadable in every error message. */
export type NormalizedField = {
  key: string;
  label: string;
  type: NormalizedFieldType;
  required: boolean;
  description?: string;
  enum?: unknown[];
  enumTitles?: string[];
  default?: unknown;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  formatMinimum?: string;
  formatMaximum?: string;
  minItems?: number;
  maxItems?: number;
  fields?: NormalizedField[];
  items?: NormalizedField;
};
