import Type from 'typebox';
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
  source: Type.Object({
    kind: Type.Enum(['website', 'image']),
    styleSheets: Type.Integer({ description: 'How many could be read, of a website.' }),
    colors: Type.Integer({ description: 'How many different colors were found.' }),
  }),
});
export type ThemeSuggestions = Type.Static<typeof ThemeSuggestions>;
