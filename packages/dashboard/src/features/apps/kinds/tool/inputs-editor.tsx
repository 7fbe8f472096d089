import { Alert, Group, SegmentedControl, Stack, Text, Title } from '@mantine/core';
import type { JsonSchema } from '@microapp/contract';
import { useState } from 'react';
import { CodeInput } from '../../../../ui/code-input.tsx';
import { inputsDraftOf, printed, readInputs, type InputsDraft } from './draft.ts';
import { FieldList } from './field-editor.tsx';
import { problemsOf, type FieldProblems } from './field.ts';

type InputsEditorProps = {
  inputs: InputsDraft;
  problems: readonly string[];
  /** What the server found, by the field's id. */
  foundInFields: FieldProblems;
  /** Whether to mark what is not finished: not while it is typed for the first time. */
  showsProblems: boolean;
  onChange: (inputs: InputsDraft) => void;
};

/** What the visitor is asked for: as fields, or as the JSON Schema that they are. */
export function InputsEditor({ inputs, problems, foundInFields, showsProblems, onChange }: InputsEditorProps) {
  const [refused, setRefused] = useState<string>();
  const fieldProblems = inputs.view === 'fields' ? problemsOf(inputs.form.fields) : {};
  const found = [...(refused === undefined ? [] : [refused]), ...problems];

  function show(view: string): void {
    setRefused(undefined);
    const { value, issues } = readInputs(inputs);
    if (view === 'json') return onChange({ view: 'json', text: printed(value) });
    if (issues.length > 0) return setRefused(issues.map(({ message }) => message).join(' '));
    const draft = isSchema(value) ? inputsDraftOf(value) : undefined;
    if (draft?.view === 'fields') return onChange(draft);
    return setRefused('This schema says more than fields can show. It stays as JSON, and works as it is.');
  }

  return (
    <Stack gap="sm" component="section" aria-labelledby="inputs-title">
      <Group justify="space-between">
        <div>
          <Title order={2} id="inputs-title">
            Inputs
          </Title>
          <Text c="dimmed">What the visitor is asked for.</Text>
        </div>
        <SegmentedControl
          aria-label="How inputs are shown"
          styles={{ label: { color: 'var(--mantine-color-text)' } }}
          data={[
            { value: 'fields', label: 'Fields' },
            { value: 'json', label: 'JSON' },
          ]}
          value={inputs.view}
          onChange={show}
        />
      </Group>
      {found.length > 0 && (
        <Alert variant="default" role="alert" tabIndex={-1} title="The inputs">
          {found.map((message) => (
            <Text key={message}>{message}</Text>
          ))}
        </Alert>
      )}
      {inputs.view === 'fields' ? (
        <FieldList
          fields={inputs.form.fields}
          problems={showsProblems ? { ...foundInFields, ...fieldProblems } : foundInFields}
          onChange={(fields) => {
            setRefused(undefined);
            onChange({ ...inputs, form: { ...inputs.form, fields } });
          }}
        />
      ) : (
        <CodeInput
          label="JSON Schema"
          description="2020-12, of an object."
          minRows={12}
          value={inputs.text}
          onChange={(text) => {
            setRefused(undefined);
            onChange({ view: 'json', text });
          }}
        />
      )}
    </Stack>
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
