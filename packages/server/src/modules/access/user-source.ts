import type { AccessTokens } from '../../platform/oidc/index.ts';

/** An identity provider, and where its tokens say what a person may do here and for whom. */
export type UserSource = {
  tokens: AccessTokens;
  roleClaim: string;
  /** Undefined: everybody acts for the installation's first owner. */
  ownerClaim: string | undefined;
};
