import { expect, it } from 'vitest';
import { listClass } from '#grader/batch/class-list.ts';
import type { HandIn } from '#grader/batch/layouts.ts';
import { readRoster } from '#grader/batch/roster.ts';
import { ListTree } from '#grader/batch/trees.ts';

const handIn = (id: string, rest: Partial<HandIn> = {}): HandIn => ({
  id,
  name: '',
  place: `${id}/`,
  content: new ListTree([]),
  remarks: [],
  ...rest,
});
const list = (handIns: readonly HandIn[], roster?: string) =>
  listClass({ layout: 'x', handIns, ignored: [] }, roster === undefined ? undefined : readRoster(roster, 'roster.csv'));
const keys = (...ids: string[]) => list(ids.map((id) => handIn(id))).entries.map(({ key }) => key);

it('keeps what is plain in a key and encodes the rest', () => {
  expect(keys('a-b_c.D9', 'jane doe', 'x/../y', 'Jörg', '=1+1', '100%', '.')).toEqual([
    '.',
    '100%25',
    '%3D1%2B1',
    'J%C3%B6rg',
    'a-b_c.D9',
    'jane%20doe',
    'x%2F..%2Fy',
  ]);
});

it('gives no two the same key where case does not count', () => {
  expect(keys('Alice', 'alice', 'ALICE', 'alice~2')).toEqual(['ALICE', 'Alice~2', 'alice~3', 'alice%7E2']);
});

it('cuts a key that no file could bear', () => {
  const [one = '', other = ''] = keys(`${'ü'.repeat(150)}a`, `${'ü'.repeat(150)}b`);
  expect([one.length, other.length]).toEqual([180, 180]);
  expect(one).not.toBe(other);
});

it('does not depend on the order of the download', () => {
  const some = ['b', 'A', 'a', 'B', 'ä'].map((id) => handIn(id));
  expect(list([...some].reverse()).entries).toEqual(list(some).entries);
});

it('puts two submissions of one student on the review list, however the name is spelled', () => {
  const { entries } = list([handIn('Jörg'), handIn('Jo\u0308rg', { place: 'Jörg.zip' }), handIn('x')]);
  expect(entries.map(({ id, key, reasons }) => [id, key, ...reasons])).toEqual([
    ['Jörg', 'J%C3%B6rg', '2 submissions of one student: Jörg.zip, Jörg/'],
    ['Jörg', 'J%C3%B6rg~2', '2 submissions of one student: Jörg.zip, Jörg/'],
    ['x', 'x'],
  ]);
});

it('names everybody as the roster does, and says who is not on it and who is missing', () => {
  const { entries, absent } = list(
    [handIn('jdoe', { email: 'j@x.edu', remarks: ['a remark'] }), handIn('stranger', { name: 'Who' }), handIn('twin')],
    'id,name,email,login\n1,Jane Doe,j@x.edu,jdoe\n2,Bob Roe,b@x.edu,bob\n3,A,twin,\n4,B,,twin\n',
  );
  expect(entries.map(({ id, name, identities, reasons }) => ({ id, name, identities, reasons }))).toEqual([
    { id: '1', name: 'Jane Doe', identities: ['jdoe', 'j@x.edu'], reasons: ['a remark'] },
    { id: 'stranger', name: 'Who', identities: ['stranger'], reasons: ['no line of the roster fits'] },
    { id: 'twin', name: '', identities: ['twin'], reasons: ['more than one line of the roster fits'] },
  ]);
  expect(absent.map(({ id }) => id)).toEqual(['2', '3', '4']);
});

it('sees two submissions that the roster shows to be one student’s', () => {
  const { entries } = list([handIn('jdoe'), handIn('j@x.edu')], 'id,email,login\n1,j@x.edu,jdoe\n');
  expect(entries.map(({ id, key }) => [id, key])).toEqual([
    ['1', '1'],
    ['1', '1~2'],
  ]);
  expect(entries[0]?.reasons).toEqual(['2 submissions of one student: j@x.edu/, jdoe/']);
});
