import { originEntriesMax } from '@microapp/contract';
import { ActionIcon, Badge, Button, Code, Group, Input, Stack, Text } from '@mantine/core';
import { X } from 'lucide-react';
import { useId } from 'react';
import { hintFor, judgeEntries } from './origin-entries.ts';
import type { Environment } from './queries.ts';
import classes from './origins-editor.module.css';

type OriginsEditorProps = {
  entries: readonly string[];
  /** What is stored, so that the rest can be marked as not saved. */
  saved: readonly string[];
  environment: Environment;
  /** What stands in the field and has not joined the list yet. */
  typed: string;
  /** What the server found wrong with an entry, by its place in the list. */
  issues?: Readonly<Record<number, string>>;
  isReadOnly: boolean;
  onChange: (entries: readonly string[], typed: string) => void;
};

/** Allowed Origins: a list that one adds to, one by one or by pasting many. Nothing of it counts until it is saved. */
export function OriginsEditor(props: OriginsEditorProps) {
  const { entries, saved, environment, typed, issues = {}, isReadOnly, onChange } = props;
  const fieldId = useId();
  const listId = useId();
  const { problems } = judgeEntries(typed, entries, environment);

  function add(): void {
    const { added, rejected } = judgeEntries(typed, entries, environment);
    onChange([...entries, ...added], rejected.join(' '));
  }

  return (
    <Stack gap="sm">
      {!isReadOnly && (
        <Input.Wrapper
          id={fieldId}
          label="Allowed Origins"
          description="Write a host, such as example.com, or paste several, separated by spaces, commas or lines."
          error={problems.length > 0 && problems.join(' ')}
        >
          <Group gap="xs" wrap="nowrap" mt={4}>
            <Input
              id={fieldId}
              placeholder="example.com www.example.com"
              value={typed}
              onChange={({ currentTarget: { value } }) => onChange(entries, value)}
              onPaste={(event) => {
                const text = event.clipboardData.getData('text');
                // A field of one line would glue the lines together.
                if (!/[\r\n]/.test(text)) return;
                event.preventDefault();
                onChange(entries, `${typed} ${text}`.replaceAll(/\s+/g, ' ').trim());
              }}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || typed.trim() === '') return;
                event.preventDefault();
                add();
              }}
              error={problems.length > 0}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              flex={1}
            />
            <Button variant="default" onClick={add} disabled={typed.trim() === ''}>
              Add
            </Button>
          </Group>
        </Input.Wrapper>
      )}
      {entries.length === 0 ? (
        <Text c="dimmed" className={classes['none'] ?? ''}>
          The list is empty: no website can use this surface.
        </Text>
      ) : (
        <ul className={classes['list']} aria-label="Allowed Origins" id={listId}>
          {entries.map((entry, index) => {
            const issue = issues[index];
            const hint = hintFor(entry, entries, environment);
            return (
              <li key={entry} className={classes['entry']}>
                <div className={classes['text']}>
                  <Group gap="xs">
                    <Code className={classes['code'] ?? ''}>{entry}</Code>
                    {!saved.includes(entry) && <Badge>Not saved yet</Badge>}
                  </Group>
                  {issue !== undefined && (
                    <Text size="sm" c="var(--app-bad)" role="alert">
                      {issue}
                    </Text>
                  )}
                  {issue === undefined && hint !== undefined && (
                    <Text size="sm" c="dimmed">
                      {hint}
                    </Text>
                  )}
                </div>
                {!isReadOnly && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    aria-label={`Remove ${entry}`}
                    onClick={() =>
                      onChange(
                        entries.filter((other) => other !== entry),
                        typed,
                      )
                    }
                  >
                    <X size={16} aria-hidden />
                  </ActionIcon>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <Text size="xs" c="dimmed">
        {entries.length} of {originEntriesMax}. A bare host covers http and https and every port; localhost:3000 covers
        that port only; *.example.com covers every subdomain and not example.com itself.
      </Text>
    </Stack>
  );
}
