import Type from 'typebox';
import { Id, Name, Nullable, secretMark, Time } from './http.ts';

/** Whose models a key is for; `openai-compatible` is any server that speaks OpenAI's API, and needs its address. */
export const providers = ['openai', 'anthropic', 'google', 'mistral', 'openai-compatible'] as const;
export type Provider = (typeof providers)[number];

/** The last four characters are shown: of a shorter key that would give away too much. */
export const providerKeyLengthMin = 12;

const Key = Type.String({
  description: 'The key as the provider issued it. It is stored encrypted and never answered.',
  minLength: providerKeyLengthMin,
  maxLength: 500,
  // What can stand in a header: no space, no control character.
  pattern: '^[\\x21-\\x7e]+$',
  [secretMark]: true,
});
const BaseUrl = Type.String({
  description: "The provider's address including the version, such as https://llm.example.com/v1.",
  minLength: 1,
  maxLength: 500,
});

const DefaultModel = Type.String({
  description: 'The model that is asked when a step names none. `openai-compatible` needs it: there is no usual one.',
  minLength: 1,
  maxLength: 200,
});

export const ProviderKeyCreate = Type.Object(
  {
    provider: Type.Enum(providers),
    key: Key,
    name: Type.Optional(Name),
    baseUrl: Type.Optional(BaseUrl),
    defaultModel: Type.Optional(DefaultModel),
    isActive: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export const ProviderKeyChange = Type.Partial(
  Type.Object({
    key: Key,
    name: Nullable(Name),
    baseUrl: Nullable(BaseUrl),
    defaultModel: Nullable(DefaultModel),
    isActive: Type.Boolean(),
  }),
  { additionalProperties: false, minProperties: 1 },
);

export const ProviderKey = Type.Object({
  id: Id,
  ownerId: Id,
  provider: Type.Enum(providers),
  name: Nullable(Type.String()),
  baseUrl: Nullable(Type.String()),
  defaultModel: Nullable(Type.String()),
  keyLast4: Type.String(),
  isActive: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Time,
  updatedAt: Time,
});

export const ProviderKeyTested = Type.Object({
  ok: Type.Boolean(),
  message: Type.String({ description: 'What the provider made of the key, in a sentence.' }),
});
