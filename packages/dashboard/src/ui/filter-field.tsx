import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

type FilterFieldProps = {
  /** Seen above the field; without it there has to be an `aria-label`. */
  label?: string;
  'aria-label'?: string;
  /** Shows what the field is for where no label does. */
  isSearch?: boolean;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  width?: number;
};

/**
 * A text that narrows a list, a moment after the typing stops, and at once on Enter and when the field is left: what is
 * pressed next, such as Clear, comes after what was typed and is never undone by it.
 */
export function FilterField({ isSearch = false, value, onChange, width = 220, ...shown }: FilterFieldProps) {
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback((text: string) => onChange(text.trim()), 300);
  // The address may change beside us: a link, the back button. Our own change leaves the space that comes before the
  // next word.
  useEffect(() => setTyped((current) => (current.trim() === value ? current : value)), [value]);
  return (
    <TextInput
      {...shown}
      leftSection={isSearch && <Search size={16} aria-hidden />}
      value={typed}
      autoComplete="off"
      spellCheck={false}
      onChange={({ currentTarget: { value: text } }) => {
        setTyped(text);
        tell(text);
      }}
      onBlur={() => tell.flush()}
      onKeyDown={({ key }) => key === 'Enter' && tell.flush()}
      w={{ base: '100%', xs: width }}
    />
  );
}
