import { suggestionImageBytesMax } from '@microapp/contract';
import { Button, Card, FileInput, Group, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Wand2 } from 'lucide-react';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.gen.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { base64Of } from './logo-draft.ts';
import { exampleOrigin } from './snippets.ts';
import { RefineTheme } from './refine-theme.tsx';
import { SuggestedTheme } from './suggested-theme.tsx';
import type { Theme } from './theme-draft.ts';

type Operation = paths['/v1/theme-suggestions']['post'];
type Request = NonNullable<Operation['requestBody']>['content']['application/json'];
type Suggestions = Operation['responses']['200']['content']['application/json'];

/** Themes from the colors of the customer's own website, or of its logo. Nothing is taken over before somebody says so. */
export function SuggestTheme({
  allowedOrigins,
  onUse,
}: {
  allowedOrigins: readonly string[];
  onUse: (theme: Theme) => void;
}) {
  const known = allowedOrigins.length > 0 ? exampleOrigin(allowedOrigins) : '';
  const [url, setUrl] = useState(known);
  const [logo, setLogo] = useState<File | null>(null);
  const [logoProblem, setLogoProblem] = useState<string>();
  const suggest = useMutation({
    mutationFn: async (body: Request) => answerOf(api.POST('/v1/theme-suggestions', { body })),
  });
  const found = suggest.error === null ? undefined : issuesByField(suggest.error, ['url', 'image']);

  async function suggestFromLogo(file: File | null): Promise<void> {
    setLogo(file);
    setLogoProblem(undefined);
    suggest.reset();
    if (file === null) return;
    if (file.size > suggestionImageBytesMax) {
      setLogoProblem('The image is larger than 2 MB. Save a smaller one.');
      return;
    }
    suggest.mutate({ image: base64Of(new Uint8Array(await file.arrayBuffer())) });
  }

  return (
    <Card component="section" aria-labelledby="suggest-theme">
      <Stack gap="sm">
        <Title order={2} id="suggest-theme">
          Suggest from my website’s colors
        </Title>
        {found?.rest !== undefined && <ErrorNotice error={found.rest} />}
        <Group align="flex-start" gap="xs">
          <TextInput
            label="Website"
            placeholder="https://www.example.com"
            type="url"
            value={url}
            onChange={({ currentTarget: { value } }) => setUrl(value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // It stands in the form that saves the theme.
              event.preventDefault();
              suggest.mutate({ url: url.trim() });
            }}
            error={found?.fields['url']}
            flex="1 1 220px"
          />
          <Button
            variant="default"
            mt={20}
            leftSection={<Wand2 size={16} aria-hidden />}
            onClick={() => suggest.mutate({ url: url.trim() })}
            disabled={url.trim() === ''}
            loading={suggest.isPending}
          >
            Suggest themes
          </Button>
        </Group>
        <FileInput
          label="Or a logo"
          description="PNG or JPEG, at most 2 MB. It is looked at and not kept."
          placeholder="Choose a file"
          accept="image/png,image/jpeg"
          value={logo}
          onChange={(file) => void suggestFromLogo(file)}
          error={logoProblem ?? found?.fields['image']}
          clearable
          clearButtonProps={{ 'aria-label': 'Remove the logo' }}
        />
        <div role="status">{suggest.data !== undefined && <Found suggestions={suggest.data} onUse={onUse} />}</div>
      </Stack>
    </Card>
  );
}

function Found({
  suggestions: { themes, palette, refinement, source },
  onUse,
}: {
  suggestions: Suggestions;
  onUse: (theme: Theme) => void;
}) {
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {source.kind === 'website'
          ? `From ${source.colors} colors of the page and ${source.styleSheets} style ${source.styleSheets === 1 ? 'sheet' : 'sheets'}. `
          : `From ${source.colors} colors of the image. `}
        Contrast is corrected where it has to be.
      </Text>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {themes.map((suggestion) => (
          <SuggestedTheme key={suggestion.name} suggestion={suggestion} onUse={onUse} />
        ))}
      </SimpleGrid>
      <RefineTheme key={palette.join()} palette={palette} refinement={refinement} onUse={onUse} />
    </Stack>
  );
}
