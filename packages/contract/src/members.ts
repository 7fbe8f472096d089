import Type from 'typebox';
import { Id, Name, Nullable, SecretText, Time } from './http.ts';
import { ManagementRoleSchema } from './management-roles.ts';

/** Only so much is asked of an address that nothing is sent to: one @ with something on both sides, and no spaces. */
const Email = Type.String({ pattern: '^[^\\s@]+@[^\\s@]+$', maxLength: 254 });

export const MemberCreate = Type.Object(
  { name: Name, email: Type.Optional(Email), role: ManagementRoleSchema },
  { additionalProperties: false },
);

/** `disabled` ends every session of the member with the next request, and `active` lets new ones be made. */
export const MemberUpdate = Type.Object(
  {
    name: Type.Optional(Name),
    role: Type.Optional(ManagementRoleSchema),
    status: Type.Optional(Type.Enum(['active', 'disabled'])),
  },
  { additionalProperties: false, minProperties: 1 },
);

/** A person who signs in to the dashboard without an identity provider. */
export const Member = Type.Object({
  id: Id,
  name: Type.String(),
  email: Nullable(Type.String()),
  role: ManagementRoleSchema,
  status: Type.Enum(['invited', 'active', 'disabled'], { description: '`invited` until the first sign-in.' }),
  createdAt: Time,
  joinedAt: Nullable(Time),
  lastUsedAt: Nullable(Time),
  linkExpiresAt: Nullable(Type.String({ format: 'date-time', description: 'Of a link that is not used yet.' })),
});

/** A member and a link that signs in once. The link is in this answer only. */
export const MemberWithLink = Type.Object({
  member: Member,
  signInUrl: SecretText({ description: 'Opens the dashboard as this member, once. In this answer only.' }),
  expiresAt: Time,
});
