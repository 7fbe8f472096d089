import type { Authenticators } from '../../platform/http/index.ts';
import { authenticateApiKey } from './authenticate-api-key.ts';
import { authenticateEmbed } from './authenticate-embed.ts';
import { authenticateOwner } from './authenticate-owner.ts';
import type { Access } from './verify-credential.ts';

/** One door for each scope; none parses another's credential. */
export function createAuthenticators(access: Access, { publicUrl }: { publicUrl: string }): Authenticators {
  return {
    owner: (input) => authenticateOwner(access, input, publicUrl),
    embed: (input) => authenticateEmbed(access, input),
    apiKey: (input) => authenticateApiKey(access, input),
  };
}
