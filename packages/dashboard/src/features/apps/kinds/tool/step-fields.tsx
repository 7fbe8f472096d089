import { providers } from '@microapp/contract';
import { Select, SimpleGrid, TextInput } from '@mantine/core';
import { CodeInput } from '../../../../ui/code-input.tsx';
import type { StepDraft } from './draft.ts';

type StepFieldsProps = {
  step: StepDraft;
  problems: Readonly<Record<string, string>>;
  onChange: (step: StepDraft) => void;
};

type TextField = Exclude<keyof StepDraft, 'id' | 'kind' | 'source'>;

const templates = 'Text with expressions between {{ and }}.';

/** What a step of each kind is told, beside its name. */
export function StepFields({ step, problems, onChange }: StepFieldsProps) {
  /** What every input of a step has in common. */
  const code = (field: TextField) => ({
    value: step[field],
    onChange: (value: string) => onChange({ ...step, [field]: value }),
    error: problems[field],
  });
  const line = (field: TextField) => ({
    value: step[field],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      onChange({ ...step, [field]: value }),
    error: problems[field],
    spellCheck: false,
    autoComplete: 'off',
  });
  const choice = (field: TextField) => ({
    value: step[field],
    allowDeselect: false,
    onChange: (value: string | null) => onChange({ ...step, [field]: value ?? '' }),
    error: problems[field],
  });

  switch (step.kind) {
    case 'transform':
      return (
        <CodeInput
          label="Expression"
          description="JSONata, such as inputs.price * 1.2."
          minRows={6}
          required
          {...code('text')}
        />
      );
    case 'function':
      return (
        <CodeInput
          label="Code"
          description="A JavaScript module. Its default export takes the context and returns JSON."
          placeholder={'export default function ({ inputs }) {\n  return { total: inputs.a + inputs.b };\n}'}
          minRows={8}
          required
          {...code('text')}
        />
      );
    case 'http':
      return (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            <Select
              label="Method"
              data={[
                { value: '', label: 'GET, or POST with a body' },
                ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ value: method, label: method })),
              ]}
              {...choice('method')}
            />
            <TextInput label="Time limit (ms)" inputMode="numeric" placeholder="Default" {...line('timeoutMs')} />
          </SimpleGrid>
          <TextInput
            label="Address"
            description="Scheme and host are written out; path and query may have expressions."
            placeholder="https://api.example.com/rates?to={{ inputs.destination }}"
            required
            {...line('url')}
          />
          <CodeInput label="Headers" description="Name: value, one per line." minRows={2} {...code('headers')} />
          <CodeInput
            label="Body"
            description="JSON. A text that is one expression and nothing else becomes its value."
            placeholder={'{ "weight": "{{ inputs.weight }}" }'}
            minRows={4}
            {...code('body')}
          />
        </>
      );
    case 'llm':
      return (
        <>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
            <Select
              label="Provider"
              data={[
                { value: '', label: 'Newest active key' },
                ...providers.map((provider) => ({ value: provider, label: provider })),
              ]}
              {...choice('provider')}
            />
            <TextInput label="Model" placeholder="The key’s default model" {...line('model')} />
          </SimpleGrid>
          <CodeInput label="System" description={templates} minRows={3} {...code('system')} />
          <CodeInput label="Prompt" description={templates} minRows={5} required {...code('text')} />
          <CodeInput
            label="Answer"
            description="JSON Schema of an object that the model answers by. Empty: it answers text."
            minRows={3}
            {...code('schema')}
          />
          <SimpleGrid cols={{ base: 1, xs: 3 }} spacing="xs">
            <TextInput label="Temperature" inputMode="decimal" placeholder="Default" {...line('temperature')} />
            <TextInput label="Most tokens" inputMode="numeric" placeholder="Default" {...line('maxOutputTokens')} />
            <TextInput label="Time limit (ms)" inputMode="numeric" placeholder="Default" {...line('timeoutMs')} />
          </SimpleGrid>
        </>
      );
  }
}
