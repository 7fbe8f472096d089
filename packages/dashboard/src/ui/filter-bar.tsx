import { Button, Group, Select } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { FilterField } from './filter-field.tsx';
import type { Filters } from './use-filters.ts';

type Field<Name extends string> = {
  name: Name;
  label: string;
  width?: number;
  /** Of a field to type in. */
  placeholder?: string;
  /** Makes it a choice; the empty value is the one that narrows nothing. */
  choices?: readonly { value: string; label: string }[];
};

type FilterBarProps<State extends Record<string, string>> = {
  filters: Filters<State>;
  fields: readonly Field<Extract<keyof State, string>>[];
  /** For a list that everybody knows how to search: the names of the fields are for a screen reader only. */
  hidesLabels?: true;
};

/** What narrows a list, above it: texts and choices, and the way back to everything. */
export function FilterBar<State extends Record<string, string>>(props: FilterBarProps<State>) {
  const { filters, fields, hidesLabels } = props;
  const { values, change, isActive, clear, round } = filters;
  // One changed name of the state's own.
  const changeOne = (name: string, value: string) => change({ [name]: value } as Partial<State>);
  const bar = useRef<HTMLDivElement>(null);
  // Clear goes with what it cleared: the keyboard begins anew where narrowing does.
  useEffect(() => {
    if (round > 0) bar.current?.querySelector('input')?.focus();
  }, [round]);
  return (
    <Group gap="sm" align="flex-end" role="search" ref={bar}>
      {fields.map(({ name, label, width = 180, placeholder, choices }) =>
        choices === undefined ? (
          <FilterField
            key={`${name} ${round}`}
            {...(hidesLabels ? { 'aria-label': label, isSearch: true } : { label })}
            value={values[name] ?? ''}
            onChange={(value) => changeOne(name, value)}
            {...(placeholder !== undefined && { placeholder })}
            width={width}
          />
        ) : (
          <Select
            key={name}
            {...(hidesLabels ? { 'aria-label': label } : { label })}
            data={choices}
            value={values[name] ?? ''}
            onChange={(value) => changeOne(name, value ?? '')}
            allowDeselect={false}
            searchable={choices.length > choicesSeenMax}
            // The focus comes here by Clear, too.
            openOnFocus={false}
            w={{ base: '100%', xs: width }}
          />
        ),
      )}
      {isActive && (
        <Button variant="default" onClick={clear}>
          Clear
        </Button>
      )}
    </Group>
  );
}

/** Of more than so many, one types a part of the name. */
const choicesSeenMax = 8;
