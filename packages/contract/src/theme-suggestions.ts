import Type from 'typebox';
import { Nullable } from './http.ts';
import { providers } from './provider-keys.ts';
import { suggestionImageTextMax } from './theme-suggestion-sizes.ts';

/** A website or a logo; exactly one of them. */
export const ThemeSuggestionRequest = Type.Object(
  {
    url: Type.Optional(Type.String({ minLength: 1, maxLength: 2000, description: 'Of a public page, http or https.' })),
    image: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: suggestionImageTextMax,
        description: 'A PNG or JPEG of at most 2 MB, in base64.',
      }),
    ),
  },
  { additionalProperties: false },
);

const ContrastOfTheme = Type.Object({
  front: Type.String({ description: 'A token.' }),
  back: Type.String({ description: 'The token that it stands on.' }),
  ratio: Type.Number({ description: 'At least 4.5.' }),
});

export const ThemeSuggestion = Type.Object({
  name: Type.String(),
  theme: Type.Record(Type.String(), Type.String(), { description: 'Tokens, as a surface takes them.' }),
  contrast: Type.Array(ContrastOfTheme),
});
export type ThemeSuggestion = Type.Static<typeof ThemeSuggestion>;

export const ThemeSuggestions = Type.Object({
  themes: Type.Array(ThemeSuggestion),
  palette: Type.Array(Type.String(), {
    description: 'What looks different among the colors that were found, the one that counts most first.',
  }),
  /** Whose model can refine them; null: the owner has no active provider key. */
  refinement: Nullable(Type.Object({ provider: Type.Enum([...providers]) })),
  source: Type.Object({
    kind: Type.Enum(['website', 'image']),
    styleSheets: Type.Integer({ description: 'How many could be read, of a website.' }),
    colors: Type.Integer({ description: 'How many different colors were found.' }),
  }),
});
export type ThemeSuggestions = Type.Static<typeof ThemeSuggestions>;

/** Colors to choose from, and a wish in the owner's own words. */
export const ThemeRefinementRequest = Type.Object(
  {
    colors: Type.Array(Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }), {
      minItems: 1,
      maxItems: 24,
      description:
        'The `palette` of a suggestion, or any others: a model chooses from these, and from black and white.',
    }),
    wish: Type.Optional(Type.String({ maxLength: 300, description: 'Such as “calmer”, or “on dark”.' })),
  },
  { additionalProperties: false },
);

export const ThemeRefinement = Type.Object({
  ...ThemeSuggestion.properties,
  reason: Type.String({ description: 'Why these colors, in the words of the model.' }),
  provider: Type.Enum([...providers]),
});
export type ThemeRefinement = Type.Static<typeof ThemeRefinement>;
