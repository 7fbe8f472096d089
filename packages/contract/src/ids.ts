/** Nouns and the prefix of their ids: `ws_` + 22 base62 characters (131 random bits). */
export const idPrefixes = {
  owner: 'own',
  ownerKey: 'ownk',
  workspace: 'ws',
  app: 'app',
  surface: 'srf',
  embedToken: 'etok',
  clientToken: 'ctok',
  signingKey: 'sig',
  providerKey: 'pkey',
  webhookSecret: 'whs',
  visitor: 'vis',
  session: 'ses',
  urlToken: 'url',
  preview: 'prv',
  run: 'run',
  dashboardSession: 'dses',
  member: 'mem',
  auditEntry: 'aud',
  spike: 'spk',
  request: 'req',
} as const;

export type IdNoun = keyof typeof idPrefixes;

/** Characters after the prefix of an id. */
export const idBodyLength = 22;
