import { Button, Center, Checkbox, Skeleton, Stack, Table, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import type { List } from '../api/queries.ts';
import { ErrorNotice } from './error-notice.tsx';
import classes from './data-table.module.css';

export type Column<Row> = {
  /** The head of the column, and on a phone the label of the value. */
  label: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end of their column. */
  isNumber?: true;
  /** The head is there for a screen reader only: a menu, for instance. */
  hidesLabel?: true;
  width?: number | string;
};

type DataTableProps<Row> = {
  /** What the table holds, for a screen reader. */
  label: string;
  list: List<Row>;
  columns: readonly [Column<Row>, ...Column<Row>[]];
  keyOf: (row: Row) => string;
  /** What to show when there is nothing: an `EmptyState`. */
  empty: ReactNode;
  /** Makes rows selectable. */
  selection?: {
    selected: ReadonlySet<string>;
    onChange: (selected: ReadonlySet<string>) => void;
    nameOf: (row: Row) => string;
  };
};

const skeletonRows = ['1', '2', '3', '4', '5'];

/**
 * A list in its four states: loading, empty with the next step, error with retry, rows with what comes after them. The
 * first column is the thing itself, and heads its row. On a phone each row is a card.
 */
export function DataTable<Row>({ label, list, columns, keyOf, empty, selection }: DataTableProps<Row>) {
  const { rows, error, hasMore, isLoadingMore, loadMore, retry } = list;
  if (error !== null && rows === undefined) return <ErrorNotice error={error} onRetry={retry} />;
  if (rows?.length === 0) return <div className={classes['empty']}>{empty}</div>;

  return (
    <Stack gap="sm">
      <div className={classes['scroll']}>
        <Table
          className={classes['table'] ?? ''}
          highlightOnHover
          verticalSpacing="sm"
          horizontalSpacing="sm"
          aria-label={label}
          aria-busy={rows === undefined}
        >
          <Table.Thead>
            <Table.Tr>
              {selection !== undefined && (
                <Table.Th w={44}>
                  <SelectAll rows={rows ?? []} keyOf={keyOf} selection={selection} />
                </Table.Th>
              )}
              {columns.map((column) => (
                <Table.Th
                  key={column.label}
                  w={column.width}
                  ta={column.isNumber && 'right'}
                  scope="col"
                  data-actions={column.hidesLabel}
                >
                  {column.hidesLabel ? <VisuallyHidden>{column.label}</VisuallyHidden> : column.label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows === undefined
              ? skeletonRows.map((key) => (
                  <SkeletonRow key={key} cells={columns.length + (selection === undefined ? 0 : 1)} />
                ))
              : rows.map((row) => {
                  const key = keyOf(row);
                  return (
                    <Table.Tr key={key} data-key={key} __vars={{ '--row-end': rowEndOf(columns) }}>
                      {selection !== undefined && (
                        <Table.Td className={classes['select'] ?? ''}>
                          <Checkbox
                            aria-label={`Select ${selection.nameOf(row)}`}
                            checked={selection.selected.has(key)}
                            onChange={({ currentTarget: { checked } }) => {
                              const selected = new Set(selection.selected);
                              if (checked) selected.add(key);
                              else selected.delete(key);
                              selection.onChange(selected);
                            }}
                          />
                        </Table.Td>
                      )}
                      {columns.map((column, index) => {
                        const Cell = index === 0 ? Table.Th : Table.Td;
                        return (
                          <Cell
                            key={column.label}
                            ta={column.isNumber && 'right'}
                            data-number={column.isNumber}
                            data-actions={column.hidesLabel}
                            data-label={column.hidesLabel || index === 0 ? undefined : column.label}
                            {...(index === 0 ? { scope: 'row', fw: 400 } : {})}
                          >
                            {column.cell(row)}
                          </Cell>
                        );
                      })}
                    </Table.Tr>
                  );
                })}
          </Table.Tbody>
        </Table>
      </div>
      {error !== null && <ErrorNotice error={error} onRetry={retry} />}
      {hasMore && (
        <Center>
          <Button variant="default" onClick={loadMore} loading={isLoadingMore}>
            Load more
          </Button>
        </Center>
      )}
    </Stack>
  );
}

function SelectAll<Row>({
  rows,
  keyOf,
  selection,
}: {
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  selection: NonNullable<DataTableProps<Row>['selection']>;
}) {
  const selectedCount = rows.filter((row) => selection.selected.has(keyOf(row))).length;
  const isAll = rows.length > 0 && selectedCount === rows.length;
  return (
    <Checkbox
      aria-label="Select all that are shown"
      checked={isAll}
      indeterminate={selectedCount > 0 && !isAll}
      onChange={() => selection.onChange(new Set(isAll ? [] : rows.map(keyOf)))}
    />
  );
}

/** What the last cell takes of a card's first line, which the thing's name has to leave free. */
function rowEndOf<Row>(columns: readonly Column<Row>[]): string {
  const width = columns.find(({ hidesLabel }) => hidesLabel)?.width ?? 0;
  return typeof width === 'number' ? `${width}px` : width;
}

function SkeletonRow({ cells }: { cells: number }) {
  return (
    <Table.Tr>
      {Array.from({ length: cells }, (_, index) => (
        <Table.Td key={index}>
          <Skeleton height={20} width={index === 0 ? '80%' : '60%'} />
        </Table.Td>
      ))}
    </Table.Tr>
  );
}
