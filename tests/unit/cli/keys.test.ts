import { describe, expect, it } from 'vitest';
import { actionOf } from '#grader/cli/keys.ts';

const key = (sequence: string) => ({ sequence, name: sequence });

describe('a key', () => {
  it.each([
    [{ name: 'return', sequence: '\r' }, { do: 'again' }],
    [key('r'), { do: 'again' }],
    [key('e'), { do: 'type', typed: '' }],
    [key('1'), { do: 'type', typed: '1' }],
    [key('h'), { do: 'hint' }],
    [key('o'), { do: 'open' }],
    [key('?'), { do: 'help' }],
    [key('q'), { do: 'quit' }],
    [{ name: 'c', ctrl: true, sequence: '\u0003' }, { do: 'quit' }],
    [{ name: 'd', ctrl: true, sequence: '\u0004' }, { do: 'quit' }],
    [key('x'), undefined],
    [{ name: 'up', sequence: '\u001b[A' }, undefined],
    [{ name: 'r', ctrl: true, sequence: '\u0012' }, undefined],
    [{ name: 'q', meta: true, sequence: '\u001bq' }, undefined],
    [{}, undefined],
  ])('%j asks for %j', (pressed, action) => {
    expect(actionOf(pressed)).toEqual(action);
  });

  it.each([
    [key('q'), 'e', { do: 'type', typed: 'eq' }],
    [key('2'), '1', { do: 'type', typed: '12' }],
    [{ name: 'backspace', sequence: '\u007f' }, '12', { do: 'type', typed: '1' }],
    [{ name: 'backspace', sequence: '\u007f' }, '', { do: 'leave' }],
    [{ name: 'escape', sequence: '\u001b' }, '12', { do: 'leave' }],
    [{ name: 'return', sequence: '\r' }, ' 12 ', { do: 'choose', name: '12' }],
    [{ name: 'return', sequence: '\r' }, '', { do: 'choose', name: '' }],
    [{ name: 'c', ctrl: true, sequence: '\u0003' }, '12', { do: 'quit' }],
    [key('x'), 'x'.repeat(40), undefined],
    [{ name: 'up', sequence: '\u001b[A' }, '1', undefined],
  ])('%j after "%s" comes to %j', (pressed, typed, action) => {
    expect(actionOf(pressed, typed)).toEqual(action);
  });
});
