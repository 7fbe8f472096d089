import Type from 'typebox';

/** What re-encrypting has come to, in sealed values. */
export const KeyRotation = Type.Object({
  resealed: Type.Integer({ description: 'Encrypted again, now with the first key.' }),
  alreadyCurrent: Type.Integer({ description: 'Encrypted with the first key before.' }),
  unreadable: Type.Integer({ description: 'Encrypted with a key that the server was not given. Left as they are.' }),
  changedMeanwhile: Type.Integer({
    description: 'Changed by somebody else at every try. Left to them; run the rotation again.',
  }),
});
export type KeyRotation = Type.Static<typeof KeyRotation>;

/** Whether the wall between tenants stands in the database, as its own catalogue and a query that forgets to filter say. */
export const TenantWall = Type.Object({
  stands: Type.Boolean(),
  engine: Type.Enum(['pglite', 'postgres']),
  rules: Type.Integer({ description: 'How many rules were checked.' }),
  tables: Type.Integer({ description: 'How many tables were asked without a filter.' }),
  breaches: Type.Array(Type.String()),
});
export type TenantWall = Type.Static<typeof TenantWall>;
