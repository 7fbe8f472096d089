import { Accordion, Anchor, Code, Group, Skeleton, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { answerOf, api } from '../../api/client.ts';
import { useSession } from '../../session/session.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Snippet } from '../../ui/snippet.tsx';
import { curlOf, operationsByTag, typeWords, type Document, type ListedOperation, type Schema } from './document.ts';

/** `/developers/reference`: the server's own OpenAPI document, to read and to copy from. */
export function Component() {
  const { publicUrl } = useSession();
  const [search, setSearch] = useState('');
  const [params, setParams] = useSearchParams();
  const document = useQuery({
    queryKey: ['openapi'],
    // Written by the server from its routes; the type names the part of it that is used.
    queryFn: async () => (await answerOf(api.GET('/openapi.json'))) as Document,
    staleTime: Infinity,
  });
  const byTag = document.data && operationsByTag(document.data, search);

  return (
    <Page
      title="API reference"
      description={
        <>
          Made from the server’s own routes, as{' '}
          <Anchor href="/openapi.json" underline="always">
            OpenAPI 3.1
          </Anchor>
          . Every error has a code and a request id.
        </>
      }
    >
      <TextInput
        aria-label="Search the reference"
        placeholder="Method, path or words"
        leftSection={<Search size={16} aria-hidden />}
        value={search}
        onChange={({ currentTarget: { value } }) => setSearch(value)}
        maw={400}
      />
      {document.error !== null && <ErrorNotice error={document.error} onRetry={() => void document.refetch()} />}
      {document.isPending && <Skeleton height={400} aria-label="Loading" />}
      {byTag?.size === 0 && (
        <EmptyState title="No operation matches" text="Search looks at methods, paths and summaries." />
      )}
      {byTag !== undefined &&
        [...byTag].map(([tag, operations]) => (
          <Stack key={tag} gap="xs" component="section" aria-label={tag}>
            <Title order={2}>{tag}</Title>
            <Accordion
              variant="contained"
              value={params.get('operation')}
              onChange={(id) => setParams(id === null ? {} : { operation: id }, { replace: true })}
            >
              {operations.map((operation) => (
                <Accordion.Item key={operation.id} value={operation.id}>
                  <Accordion.Control>
                    <Group gap="sm" wrap="nowrap" align="baseline">
                      <Text span ff="monospace" fz={12} fw={600} w={56} style={{ flex: 'none' }}>
                        {operation.method}
                      </Text>
                      <Stack gap={0} miw={0}>
                        <Text span ff="monospace" fz={13} style={{ overflowWrap: 'anywhere' }}>
                          {operation.path}
                        </Text>
                        <Text span size="sm" c="dimmed">
                          {operation.summary}
                        </Text>
                      </Stack>
                    </Group>
                  </Accordion.Control>
                  <Accordion.Panel>
                    {params.get('operation') === operation.id && <Details operation={operation} base={publicUrl} />}
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          </Stack>
        ))}
    </Page>
  );
}

function Details({ operation, base }: { operation: ListedOperation; base: string }) {
  const { description, parameters = [], requestBody, responses = {} } = operation;
  const body = requestBody?.content?.['application/json']?.schema;
  const [success] = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const answer = success?.[1].content?.['application/json']?.schema;
  const errors = Object.keys(responses).filter((status) => !status.startsWith('2'));
  return (
    <Stack>
      {description !== undefined && <Text>{description}</Text>}
      <Snippet label={`Call ${operation.method} ${operation.path}`} code={curlOf(operation, base)} />
      {parameters.length > 0 && (
        <Fields
          title="Parameters"
          fields={parameters.map(({ name, in: place, required, description: text, schema = {} }) => ({
            name: `${name} (${place})`,
            isRequired: required === true,
            schema: text === undefined ? schema : { ...schema, description: text },
          }))}
        />
      )}
      {body !== undefined && <Fields title="Body" fields={fieldsOf(body)} />}
      {answer !== undefined && <Fields title={`Answer ${success?.[0] ?? ''}`} fields={fieldsOf(answer)} />}
      {errors.length > 0 && (
        <Text c="dimmed">
          Refuses with{' '}
          {errors.map((status) => (
            <Code key={status} mr={4}>
              {status}
            </Code>
          ))}
        </Text>
      )}
    </Stack>
  );
}

type Field = { name: string; isRequired: boolean; schema: Schema };

/** The fields of an object, those of lists and objects within it below their own name. */
function fieldsOf(schema: Schema, prefix = '', depth = 0): Field[] {
  const object = schema.anyOf?.find(({ properties }) => properties !== undefined) ?? schema;
  if (object.type === 'array' && object.items !== undefined) return fieldsOf(object.items, `${prefix}[]`, depth);
  if (depth > 3) return [];
  return Object.entries(object.properties ?? {}).flatMap(([name, inner]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [
      { name: path, isRequired: object.required?.includes(name) === true, schema: inner },
      ...fieldsOf(inner, path, depth + 1),
    ];
  });
}

function Fields({ title, fields }: { title: string; fields: readonly Field[] }) {
  if (fields.length === 0) return undefined;
  return (
    <div>
      <Title order={3}>{title}</Title>
      <Table.ScrollContainer minWidth={480} type="native">
        <Table verticalSpacing={6} aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Name</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Meaning</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {fields.map(({ name, isRequired, schema }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} ta="start">
                  <Code>{name}</Code>
                  {isRequired && (
                    <Text span size="xs" c="dimmed">
                      {' '}
                      required
                    </Text>
                  )}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{typeWords(schema)}</Table.Td>
                <Table.Td>{schema.description ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  );
}
