import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignCells } from './tab-writer.ts';
import { type ServerTable, TablePrinter, type TablePrinterOptions } from './table-printer.ts';

const column = (name: string, priority = 0, format = '') => ({
  name,
  type: 'string',
  format,
  description: name,
  priority,
});
const table: ServerTable = {
  kind: 'Table',
  columnDefinitions: [column('Name', 0, 'name'), column('Ready'), column('IP', 1), column('Age')],
  rows: [
    {
      cells: ['web', '1/1', '10.244.1.2', '5m'],
      object: { metadata: { namespace: 'default', labels: { b: '2', a: '1' } } },
    },
    { cells: ['a-long-name', null, '<none>', 7], object: { metadata: { namespace: 'kube-system' } } },
  ],
};
const options: TablePrinterOptions = {
  wide: false,
  noHeaders: false,
  withNamespace: false,
  showLabels: false,
  labelColumns: [],
};
const print = (extra: Partial<TablePrinterOptions>) => new TablePrinter({ ...options, ...extra }).print(table);

test('columns stand three spaces apart, without spaces at the end', () => {
  assert.equal(print({}), 'NAME          READY   AGE\nweb           1/1     5m\na-long-name           7\n');
});

test('wide columns, namespaces, labels and kinds', () => {
  assert.match(print({ wide: true }), /^NAME +READY +IP +AGE\nweb +1\/1 +10\.244\.1\.2 +5m\n/);
  assert.match(print({ withNamespace: true }), /^NAMESPACE +NAME .*\ndefault +web /);
  assert.match(print({ showLabels: true }), /AGE +LABELS\nweb .* a=1,b=2\na-long-name .* <none>\n$/);
  assert.match(print({ labelColumns: ['example.org/a', 'a'] }), /AGE +A +A\nweb .* 5m {4,}1\n/);
  assert.match(print({ kindPrefix: 'deployment.apps' }), /^NAME .*\ndeployment\.apps\/web /);
  assert.equal(print({ noHeaders: true }).split('\n').length, 3);
});

test('rows that come later line up and have no second header', () => {
  const printer = new TablePrinter(options);
  printer.print(table);
  const row = { cells: ['b', '0/1', '', '1s'], object: null };
  assert.equal(printer.print({ ...table, columnDefinitions: [], rows: [row] }), 'b             0/1     1s\n');
});

test('a cell is one line that leaves the terminal alone', () => {
  const row = { cells: ['a\nb', '\u001b[31m', '', ''], object: null };
  const text = new TablePrinter({ ...options, noHeaders: true }).print({ ...table, rows: [row] });
  assert.equal(text, 'a...   ^[[31m   \n');
});

test('columns are blocks of consecutive lines', () => {
  const lines = [['Name:', 'web'], ['Containers:'], ['  Image:', 'nginx'], ['  Container ID:', 'x']];
  assert.equal(
    alignCells(lines, { minWidth: 0, padding: 2 }),
    'Name:  web\nContainers:\n  Image:         nginx\n  Container ID:  x\n',
  );
});
