import { Select, type SelectProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.ts';
import { useWorkspace } from './queries.ts';

type CustomerSelectProps = Omit<SelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'searchValue'> & {
  /** The workspace's id; empty while none is chosen. */
  value: string;
  onChange: (workspaceId: string) => void;
  /** What the empty value stands for where it is a choice, such as “Your own workspace”. */
  none?: string;
};

const typingMs = 250;
const offeredMax = 20;

/** One customer of however many: the newest are offered, and the others found by a part of their name. */
export function CustomerSelect({ value, onChange, none, ...shown }: CustomerSelectProps) {
  const [typed, setTyped] = useState('');
  const chosen = useWorkspace(value);
  const name = chosen.data?.name ?? (value === '' ? none : undefined);
  // The field holds the name of what is chosen, which is no search.
  const [search] = useDebouncedValue(typed === name ? '' : typed.trim(), typingMs);
  const found = useQuery({
    queryKey: ['workspaces', 'choices', search],
    queryFn: async () => {
      const query = { limit: String(offeredMax), ...(search !== '' && { search }) };
      return (await answerOf(api.GET('/v1/workspaces', { params: { query } }))).data;
    },
    placeholderData: keepPreviousData,
  });
  const offered = [
    ...(none === undefined ? [] : [{ value: '', label: none }]),
    ...(found.data ?? []).map((workspace) => ({ value: workspace.id, label: workspace.name })),
  ];
  // What is chosen has to be among the options for its name to stand in the field; of a search it is a result or none.
  const isOffered = search !== '' || offered.some((option) => option.value === value);
  return (
    <Select
      {...shown}
      data={isOffered || name === undefined ? offered : [{ value, label: name }, ...offered]}
      value={value === '' && none === undefined ? null : value}
      onChange={(id) => onChange(id ?? '')}
      searchable
      onSearchChange={setTyped}
      // The server has searched, among all of them.
      filter={({ options }) => options}
      nothingFoundMessage={found.error?.message ?? (found.isFetching ? 'Searching …' : 'No customer of that name')}
    />
  );
}
