import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ListPage } from '../api/queries.ts';
import { csvOf } from './csv.ts';
import { notifyOfError } from './error-notice.tsx';
import { notifyOfSuccess } from './notify-of-success.ts';

const rowsMax = 20_000;

type ExportCsvProps<Row> = {
  /** The file's name, without its ending. */
  name: string;
  /** Asked for page after page, with the filter that is shown. */
  fetchPage: (cursor: { cursor?: string; limit: string }) => Promise<ListPage<Row>>;
  columns: readonly (readonly [head: string, value: (row: Row) => string | number | null])[];
};

/** Saves what the filter finds as a CSV file, with its progress; says so when there was more than a file should hold. */
export function ExportCsv<Row>({ name, fetchPage, columns }: ExportCsvProps<Row>) {
  const [count, setCount] = useState(0);
  const run = useMutation({
    async mutationFn() {
      const rows: Row[] = [];
      setCount(0);
      for (let cursor: string | null | undefined; cursor !== null && rows.length < rowsMax;) {
        const page: ListPage<Row> = await fetchPage({ limit: '200', ...(cursor !== undefined && { cursor }) });
        rows.push(...page.data);
        cursor = page.nextCursor;
        setCount(rows.length);
      }
      return rows;
    },
    onSuccess(rows) {
      const text = csvOf(
        columns.map(([head]) => head),
        rows.map((row) => columns.map(([, value]) => value(row))),
      );
      save(`${name}.csv`, text);
      notifyOfSuccess(
        rows.length >= rowsMax
          ? `The first ${rowsMax.toLocaleString('en')} rows are saved. Narrow the filter for the rest.`
          : `${rows.length.toLocaleString('en')} rows are saved.`,
      );
    },
    onError: notifyOfError,
  });
  return (
    <Button
      variant="default"
      leftSection={<Download size={16} aria-hidden />}
      onClick={() => run.mutate()}
      disabled={run.isPending}
      aria-live="polite"
    >
      {run.isPending ? `${count.toLocaleString('en')} rows …` : 'Export CSV'}
    </Button>
  );
}

function save(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
