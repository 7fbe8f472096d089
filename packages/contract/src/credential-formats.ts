import Type from 'typebox';
import { Nullable } from './http.ts';

/** How the last characters of a credential follow from those before them. */
export const ChecksumRule = Type.Object({
  algorithm: Type.Literal('crc32', { description: 'CRC-32 as IEEE 802.3 and zlib have it.' }),
  over: Type.String({ description: 'What it is made from.' }),
  alphabet: Type.String({ description: 'The digits it is written with, most significant first.' }),
  length: Type.Integer({ description: 'Characters at the end of the credential, padded with the first digit.' }),
});

/** For JWTs: what tells ours from others. */
export const JwtRule = Type.Object({
  alg: Type.Literal('EdDSA'),
  typ: Type.String(),
  audience: Type.String(),
  keys: Type.String({ description: 'Where the public keys are.' }),
});

/** The form of a class of credentials, for scanners that look for leaked ones. */
export const CredentialFormat = Type.Object({
  class: Type.String(),
  description: Type.String(),
  isSecret: Type.Boolean({ description: 'Whether finding one in public is a leak.' }),
  prefix: Nullable(Type.String()),
  pattern: Type.String({ description: 'A regular expression for the whole credential, without anchors.' }),
  shape: Type.String({ description: 'What one looks like; an example that is none.' }),
  checksum: Nullable(ChecksumRule),
  jwt: Nullable(JwtRule),
});
export type CredentialFormat = Type.Static<typeof CredentialFormat>;

export const CredentialFormats = Type.Object({ data: Type.Array(CredentialFormat) });
