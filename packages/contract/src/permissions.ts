import Type from 'typebox';

/** What a credential may do. The features of a workspace are the same words. */
export const permissions = [
  'tool:run',
  'chat:send',
  'lead:create',
  'voice:start',
  'insights:read',
  'sessions:read',
  'sessions:interact',
  'sessions:record',
] as const;

export type Permission = (typeof permissions)[number];

export const PermissionSchema = Type.Enum(permissions);

/** The words of `wanted` that are in none of `held`. */
export function missingFrom<Word extends string>(held: readonly Word[], wanted: readonly Word[]): Word[] {
  return wanted.filter((word) => !held.includes(word));
}
