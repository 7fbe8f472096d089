import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

type FilterFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  width?: number;
};

/** A text that narrows a list, a moment after the typing stops. */
export function FilterField({ label, value, onChange, placeholder, width = 220 }: FilterFieldProps) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback((text: string) => onChange(text.trim()), 300);
  // The address may change beside us: a link, the back button.
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      label={label}
      value={typed}
      placeholder={placeholder ?? ''}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value: text } }) => {
        setTyped(text);
        tell(text);
      }}
      w={{ base: '100%', xs: width }}
    />
  );
}
