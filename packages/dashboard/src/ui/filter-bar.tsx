import { Button, Group, Select } from '@mantine/core';
import { Fragment, useEffect, useRef, type ReactNode } from 'react';
import { FilterField } from './filter-field.tsx';
import type { Filters } from './use-filters.ts';

/** What a field of another make than those here is given. */
export type FilterControl = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  w: { base: string; xs: number };
};

type Field<Name extends string> = {
  name: Name;
  label: string;
  width?: number;
  /** Of a field to type in. */
  placeholder?: string;
  /** Makes it a choice; the empty value is the one that narrows nothing. */
  choices?: readonly { value: string; label: string }[];
  /** Draws the field in the place of a text or a choice. */
  control?: (field: FilterControl) => ReactNode;
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
      {fields.map(({ name, label, width = 180, placeholder, choices, control }) => {
        const value = values[name] ?? '';
        const w = { base: '100%', xs: width };
        const onChange = (next: string) => changeOne(name, next);
        if (control !== undefined) return <Fragment key={name}>{control({ label, value, onChange, w })}</Fragment>;
        return choices === undefined ? (
          <FilterField
            key={`${name} ${round}`}
            {...(hidesLabels ? { 'aria-label': label, isSearch: true } : { label })}
            value={value}
            onChange={onChange}
            {...(placeholder !== undefined && { placeholder })}
            width={width}
          />
        ) : (
          <Select
            key={name}
            {...(hidesLabels ? { 'aria-label': label } : { label })}
            data={choices}
            value={value}
            onChange={(next) => onChange(next ?? '')}
            allowDeselect={false}
            searchable={choices.length > choicesSeenMax}
            // The focus comes here by Clear, too.
            openOnFocus={false}
            w={w}
          />
        );
      })}
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
