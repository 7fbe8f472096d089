import Type from 'typebox';

/** A version of the script for host pages that stays as it is, for those who pin what they load. */
export const EmbedRelease = Type.Object({
  version: Type.String({ description: 'Such as 1.2.0.' }),
  url: Type.String({ description: 'Where it is, for ever.' }),
  integrity: Type.String({
    description: 'For the attribute `integrity` of the script tag; `crossorigin` goes with it.',
  }),
  runtimeUrl: Type.String({ description: 'What it loads when somebody opens the widget, named by its content.' }),
  runtimeIntegrity: Type.String(),
  elementUrl: Type.Optional(Type.String({ description: 'The same script with the element `<microapp-embed>`.' })),
  elementIntegrity: Type.Optional(Type.String()),
  onDemand: Type.Array(Type.Object({ url: Type.String(), integrity: Type.String() }), {
    description: 'What it loads for the pages that need it, named by content.',
  }),
});
export type EmbedRelease = Type.Static<typeof EmbedRelease>;

export const EmbedReleases = Type.Object({
  data: Type.Array(EmbedRelease, { description: 'All of them, the latest first.' }),
});
