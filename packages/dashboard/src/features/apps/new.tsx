import { Button, Card, Group, Radio, SimpleGrid, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { isSlug, reservedSlugs } from '@microapp/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { answerOf, api, ApiError } from '../../api/client.ts';
import { useMay } from '../../session/session.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { issuesByField } from '../../ui/form-issues.ts';
import { Page } from '../../ui/page.tsx';
import { appKinds } from './kinds/app-kinds.ts';
import { useExamples, type AppKind } from './queries.ts';
import { slugFor } from './slug.ts';
import classes from './new.module.css';

type Start = {
  id: string;
  kind: AppKind;
  label: string;
  text: string;
  name: string;
  description: string;
  spec: unknown;
};

const emptyStarts: Start[] = appKinds.map(({ kind, label, text, emptySpec }) => ({
  id: `empty-${kind}`,
  kind,
  label: `Empty ${label.toLowerCase()}`,
  text,
  name: '',
  description: '',
  spec: emptySpec,
}));

/** `/apps/new`: a name, an address, and something to begin from. */
export function Component() {
  const examples = useExamples();
  const starts: Start[] = [
    ...emptyStarts,
    ...(examples.data ?? []).map(({ slug, kind, name, description, spec }) => ({
      id: slug,
      kind,
      label: name,
      text: description,
      name,
      description,
      spec,
    })),
  ];
  const [chosen, setChosen] = useState(emptyStarts[0]?.id ?? '');
  const start = starts.find(({ id }) => id === chosen);
  const mayCreate = useMay()('apps:write');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { name: '', slug: '' },
    validate: {
      name: (name) => (name.trim() === '' ? 'Give the app a name: visitors see it.' : null),
      slug: problemOfSlug,
    },
  });
  const create = useMutation({
    mutationFn: async ({ name, slug, from }: { name: string; slug: string; from: Start }) => {
      const { kind, spec, description } = from;
      return answerOf(api.POST('/v1/apps', { body: { name, slug, kind, spec, description } }));
    },
    async onSuccess(app) {
      await queries.invalidateQueries({ queryKey: ['apps', 'list'] });
      await navigate(`/apps/${app.slug}`);
    },
    onError(error) {
      const { fields } = issuesByField(error, ['name', 'slug']);
      form.setErrors(isTaken(error) ? { slug: 'This slug is taken. Choose another: slugs are unique here.' } : fields);
    },
  });
  const rest =
    create.error === null || isTaken(create.error) ? undefined : issuesByField(create.error, ['name', 'slug']).rest;

  /** The slug follows the name until somebody has written one. */
  function rename(name: string): void {
    const { name: before, slug } = form.values;
    form.setValues({ name, slug: slug === slugFor(before) ? slugFor(name) : slug });
  }

  if (!mayCreate) {
    return (
      <Page title="New app" parent={{ to: '/apps', label: 'Apps' }}>
        <Text>Making apps takes the role of a developer. Ask an admin for it.</Text>
      </Page>
    );
  }
  return (
    <Page
      title="New app"
      description="It begins as a draft that only you can see. Nothing is embedded before you publish it."
      parent={{ to: '/apps', label: 'Apps' }}
    >
      <form
        onSubmit={form.onSubmit(({ name, slug }) => start && create.mutate({ name: name.trim(), slug, from: start }))}
      >
        <Stack maw={760} gap="lg">
          {rest !== undefined && <ErrorNotice error={rest} />}
          {examples.error !== null && <ErrorNotice error={examples.error} onRetry={() => void examples.refetch()} />}
          <Radio.Group
            label="Start from"
            value={chosen}
            onChange={(id) => {
              const next = starts.find((one) => one.id === id);
              setChosen(id);
              // A name that nobody typed follows the choice.
              if (next !== undefined && (form.values.name === '' || form.values.name === start?.name)) {
                rename(next.name);
              }
            }}
          >
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" mt={4}>
              {starts.map(({ id, label, text }) => (
                <Radio.Card key={id} value={id} p="sm" className={classes['start'] ?? ''}>
                  <Group wrap="nowrap" align="flex-start" gap="sm">
                    <Radio.Indicator />
                    <div>
                      <Text fw={600}>{label}</Text>
                      <Text size="sm" c="dimmed">
                        {text}
                      </Text>
                    </div>
                  </Group>
                </Radio.Card>
              ))}
              {examples.isPending && ['1', '2', '3', '4'].map((key) => <Skeleton key={key} height={106} radius="md" />)}
            </SimpleGrid>
          </Radio.Group>
          <TextInput
            label="Name"
            description="Visitors see it above the form."
            required
            autoComplete="off"
            maxLength={200}
            {...form.getInputProps('name')}
            onChange={({ currentTarget: { value } }) => rename(value)}
          />
          <TextInput
            label="Slug"
            description="Its name in addresses and credentials. It stays the same for good."
            required
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('slug')}
          />
          <Card padding="sm">
            <Text size="sm" c="dimmed">
              Its frame is at <code>/embed/apps/{form.values.slug === '' ? 'slug' : form.values.slug}</code>.
            </Text>
          </Card>
          <Group>
            <Button type="submit" loading={create.isPending}>
              Create app
            </Button>
            <Button component={Link} to="/apps" variant="default">
              Cancel
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}

function problemOfSlug(slug: string): string | null {
  if (slug === '') return 'Give the app a slug, such as loan-calculator.';
  if (!isSlug(slug)) return 'A slug has lower-case letters, digits and single dashes, up to 64 characters.';
  return reservedSlugs.includes(slug) ? 'This word is reserved. Choose another.' : null;
}

function isTaken(error: Error): boolean {
  return error instanceof ApiError && error.code === 'conflict';
}
