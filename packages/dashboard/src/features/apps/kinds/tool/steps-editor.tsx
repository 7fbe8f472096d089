import { Button, Group, Menu, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { Plus } from 'lucide-react';
import { newStep, type StepDraft, type StepKind } from './draft.ts';
import { SortableList } from '../../../../ui/sortable-list.tsx';
import { moved, replaced, without } from './list-change.ts';
import { MoveButtons } from './move-buttons.tsx';
import { stepKinds } from './step-kinds.ts';
import { StepFields } from './step-fields.tsx';

type StepsEditorProps = {
  steps: readonly StepDraft[];
  /** By step, and in it by field. */
  problems: Readonly<Record<string, Readonly<Record<string, string>>>>;
  onChange: (steps: StepDraft[]) => void;
};

/** What the tool does, in its order: each step sees the inputs and the results of the steps before it. */
export function StepsEditor({ steps, problems, onChange }: StepsEditorProps) {
  return (
    <Stack gap="sm" component="section" aria-labelledby="steps-title">
      <div>
        <Title order={2} id="steps-title">
          Steps
        </Title>
        <Text c="dimmed">
          They run in order. Each sees <code>inputs</code>, <code>results</code> of the steps before it,{' '}
          <code>workspace</code> and <code>now</code>.
        </Text>
      </div>
      <SortableList
        entries={steps}
        nameOf={(step, index) => `step ${index + 1}, ${titleOf(step)}`}
        onMove={(from, to) => onChange(moved(steps, from, to))}
      >
        {(step, index, handle) => {
          const own = problems[step.id] ?? {};
          return (
            <Paper withBorder p="md" role="group" aria-label={`Step ${index + 1}, ${titleOf(step)}`}>
              <Stack gap="sm">
                <Group justify="space-between" wrap="nowrap">
                  <Group gap={4} wrap="nowrap" miw={0}>
                    {handle}
                    <Text fw={500} truncate>
                      {index + 1}. {stepKinds[step.kind].label}
                    </Text>
                  </Group>
                  <MoveButtons
                    of={`step ${index + 1}`}
                    isFirst={index === 0}
                    isLast={index === steps.length - 1}
                    onMove={(by) => onChange(moved(steps, index, index + by))}
                    onRemove={() => onChange(without(steps, step.id))}
                  />
                </Group>
                {own[''] !== undefined && (
                  <Text c="var(--app-bad)" role="alert" tabIndex={-1}>
                    {own['']}
                  </Text>
                )}
                <TextInput
                  label="Name"
                  description={`Later steps read the result as results.${step.name === '' ? 'name' : step.name}`}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  value={step.name}
                  onChange={({ currentTarget: { value } }) =>
                    onChange(replaced(steps, { ...step, name: value.trim() }))
                  }
                  error={own['name']}
                  spellCheck={false}
                  autoComplete="off"
                  required
                />
                <StepFields step={step} problems={own} onChange={(changed) => onChange(replaced(steps, changed))} />
              </Stack>
            </Paper>
          );
        }}
      </SortableList>
      <AddStep onAdd={(kind) => onChange([...steps, newStep(kind, { name: freeName(kind, steps) })])} />
    </Stack>
  );
}

function AddStep({ onAdd }: { onAdd: (kind: StepKind) => void }) {
  return (
    <Menu position="bottom-start" width={340}>
      <Menu.Target>
        <Button variant="default" leftSection={<Plus size={16} aria-hidden />} w="fit-content">
          Add step
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(stepKinds).map(([kind, { label, text, icon: Icon }]) => (
          <Menu.Item
            key={kind}
            leftSection={<Icon size={16} aria-hidden />}
            onClick={() => onAdd(kind as StepKind)} // the table has these keys
          >
            <Text fw={500}>{label}</Text>
            <Text size="xs" c="dimmed">
              {text}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Which step's result the visitor gets. */
export function OutputEditor({
  output,
  steps,
  problems,
  onChange,
}: {
  output: string;
  steps: readonly StepDraft[];
  problems: readonly string[];
  onChange: (output: string) => void;
}) {
  const names = [...new Set([...steps.map(({ name }) => name), output])].filter((name) => name !== '');
  return (
    <Stack gap="sm" component="section" aria-labelledby="output-title">
      <Title order={2} id="output-title">
        Output
      </Title>
      <Select
        label="What the visitor gets"
        data={[
          { value: '', label: 'The result of the last step' },
          ...names.map((name) => ({ value: name, label: `The result of ${name}` })),
        ]}
        value={output}
        allowDeselect={false}
        onChange={(value) => onChange(value ?? '')}
        error={problems.length === 0 ? undefined : problems.join(' ')}
      />
    </Stack>
  );
}

function titleOf({ kind, name }: StepDraft): string {
  return name === '' ? stepKinds[kind].label : name;
}

/** `request`, else `request2` and so on. */
function freeName(kind: StepKind, steps: readonly StepDraft[]): string {
  const { defaultName } = stepKinds[kind];
  const taken = new Set(steps.map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? defaultName : `${defaultName}${number}`;
    if (!taken.has(name)) return name;
  }
}
