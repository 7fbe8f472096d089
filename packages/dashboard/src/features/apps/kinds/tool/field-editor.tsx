import { Button, Checkbox, Group, Paper, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Plus } from 'lucide-react';
import { typeNames } from './field-words.ts';
import {
  boundLabels,
  fieldTypes,
  keyInExpression,
  newField,
  type Field,
  type FieldProblems,
  type FieldType,
} from './field.ts';
import { SortableList } from '../../../../ui/sortable-list.tsx';
import { moved, replaced, without } from './list-change.ts';
import { MoveButtons } from './move-buttons.tsx';

const types = fieldTypes.map((type) => ({ value: type, label: typeNames[type] }));
/** The frame draws no deeper forms. */
const nestingMax = 3;

type FieldListProps = {
  fields: readonly Field[];
  problems: FieldProblems;
  onChange: (fields: Field[]) => void;
  depth?: number;
};

/** The fields of a form or of a group in it, in their order. */
export function FieldList({ fields, problems, onChange, depth = 0 }: FieldListProps) {
  return (
    <Stack gap="sm">
      {fields.length === 0 && (
        <Text c="dimmed">
          {depth === 0 ? 'No fields yet: the visitor presses Run and gives nothing.' : 'No fields in this group yet.'}
        </Text>
      )}
      <SortableList entries={fields} nameOf={nameOf} onMove={(from, to) => onChange(moved(fields, from, to))}>
        {(field, index, handle) => (
          <Paper withBorder p="sm" role="group" aria-label={nameOf(field)}>
            <Stack gap="xs">
              <Group justify="space-between" wrap="nowrap">
                <Group gap={4} wrap="nowrap" miw={0}>
                  {handle}
                  <Text fw={500} truncate>
                    {nameOf(field)}
                  </Text>
                </Group>
                <MoveButtons
                  of={nameOf(field)}
                  isFirst={index === 0}
                  isLast={index === fields.length - 1}
                  onMove={(by) => onChange(moved(fields, index, index + by))}
                  onRemove={() => onChange(without(fields, field.id))}
                />
              </Group>
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
                <TextInput
                  label="Label"
                  placeholder="Made from the key"
                  value={field.label}
                  onChange={({ currentTarget: { value } }) => {
                    // A key follows the label until somebody has written one.
                    const key = field.key === keyFor(field.label) ? keyFor(value) : field.key;
                    onChange(replaced(fields, { ...field, label: value, key }));
                  }}
                />
                <TextInput
                  label="Key"
                  description={`Steps read it as ${depth === 0 ? 'inputs.' : '…'}${field.key === '' ? 'key' : keyInExpression(field.key)}`}
                  inputWrapperOrder={['label', 'input', 'description', 'error']}
                  value={field.key}
                  onChange={({ currentTarget: { value } }) =>
                    onChange(replaced(fields, { ...field, key: value.trim() }))
                  }
                  error={problems[field.id]}
                  spellCheck={false}
                  autoComplete="off"
                  required
                />
              </SimpleGrid>
              <FieldBody
                field={field}
                problems={problems}
                depth={depth}
                onChange={(changed) => onChange(replaced(fields, changed))}
              />
              <Checkbox
                label="Required"
                checked={field.isRequired}
                onChange={({ currentTarget: { checked } }) =>
                  onChange(replaced(fields, { ...field, isRequired: checked }))
                }
              />
            </Stack>
          </Paper>
        )}
      </SortableList>
      <Button
        variant="default"
        leftSection={<Plus size={16} aria-hidden />}
        onClick={() => onChange([...fields, newField()])}
        w="fit-content"
      >
        Add field
      </Button>
    </Stack>
  );
}

type FieldBodyProps = {
  field: Field;
  problems: FieldProblems;
  depth: number;
  onChange: (field: Field) => void;
};

/** What the type asks for; of an entry of a list it is all there is. */
function FieldBody({ field, problems, depth, onChange }: FieldBodyProps) {
  const bounds = boundLabels(field.type);
  const set = (changes: Partial<Field>): void => onChange({ ...field, ...changes });
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xs">
        <Select
          label="Type"
          data={depth < nestingMax ? types : types.filter(({ value }) => value !== 'array' && value !== 'object')}
          value={field.type}
          allowDeselect={false}
          onChange={(type) => type !== null && onChange(withType(field, type))}
          {...(field.key === '' && { error: problems[field.id] })}
        />
        {field.type === 'boolean' && (
          <Select
            label="Default"
            data={[
              { value: '', label: 'None' },
              { value: 'true', label: 'Yes' },
              { value: 'false', label: 'No' },
            ]}
            value={field.defaultText}
            allowDeselect={false}
            onChange={(value) => set({ defaultText: value ?? '' })}
          />
        )}
        {!['boolean', 'object', 'array'].includes(field.type) && (
          <TextInput
            label="Default"
            value={field.defaultText}
            onChange={({ currentTarget: { value } }) => set({ defaultText: value })}
          />
        )}
      </SimpleGrid>
      <TextInput
        label="Description"
        placeholder="Shown below the field"
        value={field.description}
        onChange={({ currentTarget: { value } }) => set({ description: value })}
      />
      {field.type === 'enum' && (
        <Textarea
          label="Options"
          description="One per line."
          autosize
          minRows={2}
          maxRows={10}
          value={field.options}
          onChange={({ currentTarget: { value } }) => set({ options: value })}
        />
      )}
      {bounds !== undefined && (
        <SimpleGrid cols={2} spacing="xs">
          <TextInput
            label={bounds[0]}
            inputMode={field.type === 'date' ? 'text' : 'decimal'}
            placeholder={field.type === 'date' ? 'YYYY-MM-DD' : ''}
            value={field.minimum}
            onChange={({ currentTarget: { value } }) => set({ minimum: value })}
          />
          <TextInput
            label={bounds[1]}
            inputMode={field.type === 'date' ? 'text' : 'decimal'}
            placeholder={field.type === 'date' ? 'YYYY-MM-DD' : ''}
            value={field.maximum}
            onChange={({ currentTarget: { value } }) => set({ maximum: value })}
          />
        </SimpleGrid>
      )}
      {field.type === 'array' && field.entry !== undefined && (
        <Paper withBorder p="sm" role="group" aria-label="Each entry">
          <Stack gap="xs">
            <Text fw={500}>Each entry</Text>
            <FieldBody field={field.entry} problems={problems} depth={depth + 1} onChange={(entry) => set({ entry })} />
          </Stack>
        </Paper>
      )}
      {field.type === 'object' && (
        <Paper withBorder p="sm" role="group" aria-label="Fields of the group">
          <FieldList
            fields={field.fields}
            problems={problems}
            depth={depth + 1}
            onChange={(inside) => set({ fields: inside })}
          />
        </Paper>
      )}
      {Object.keys(field.others).length > 0 && (
        <Text size="xs" c="dimmed">
          Kept from the JSON: {Object.keys(field.others).join(', ')}
        </Text>
      )}
    </>
  );
}

/** What one type's limits mean another does not know: they would be errors that nobody sees. */
function withType(field: Field, type: FieldType): Field {
  return {
    ...field,
    type,
    minimum: '',
    maximum: '',
    defaultText: '',
    others: {},
    entry: type === 'array' ? (field.entry ?? newField()) : undefined,
    fields: type === 'object' ? field.fields : [],
  };
}

function nameOf({ label, key }: Field): string {
  return label !== '' ? label : key !== '' ? key : 'New field';
}

/** `Interest rate (%)` → `interestRate` */
function keyFor(label: string): string {
  const words = label.match(/[A-Za-z0-9]+/g) ?? [];
  const key = words.map((word, index) => (index === 0 ? word.toLowerCase() : capitalized(word))).join('');
  return /^\d/.test(key) ? `_${key}` : key;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
