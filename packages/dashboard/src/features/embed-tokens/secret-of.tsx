import { Anchor, Stack, Text } from '@mantine/core';
import type { ShownSecret } from '../../ui/secret-once.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import type { EmbedTokenWithSecret } from './queries.ts';
import { serverSnippet, widgetSnippet } from './snippets.ts';

/** What is shown of a new token, once: the token, where it belongs, and the code that uses it. */
export function secretOf(
  token: EmbedTokenWithSecret,
  { customer, embedUrl }: { customer: string; embedUrl: string },
): ShownSecret {
  const [app = ''] = token.apps;
  return {
    title: `Embed token of ${customer}`,
    secret: token.token,
    advice: adviceFor(token.use),
    more:
      token.use === 'server' ? (
        <Snippet label="A call with the token" code={serverSnippet({ embedUrl, app })} />
      ) : (
        token.use === 'widget' && (
          <Stack gap="xs">
            <Text fw={600}>For the page</Text>
            <Snippet
              label="Code for the page"
              code={widgetSnippet({ embedUrl, app, token: token.token, tokenId: token.id })}
            />
          </Stack>
        )
      ),
  };
}

function adviceFor(use: EmbedTokenWithSecret['use']) {
  if (use === 'server') {
    return 'Keep it in an environment variable of the backend that uses it. Never in a page, an app that people install, or a repository.';
  }
  if (use === 'iframe') {
    return 'For an iframe, use Copy URL in the list: it gives each place an address of its own, and never this token. Never put this token into a URL.';
  }
  return (
    <>
      Only in pages that you or the customer control, and never in a URL or a repository. If it turns up anywhere else,
      revoke it and make another. For a page that anybody may see, a{' '}
      <Anchor underline="always" href="/surfaces" target="_blank" rel="noreferrer">
        surface
      </Anchor>{' '}
      with its public client token is the better choice.
    </>
  );
}
