import { describe, expect, it } from 'vitest';
import { type Report, reportSchema } from '#grader/model/report.ts';
import { MAX_REPORT, renderJson } from '#grader/reporters/json.ts';
import { check, exercise, inProgress, report } from './sample.ts';

const parse = (text: string): Report => reportSchema.parse(JSON.parse(text));

it('is the report, indented by two spaces, with a line feed at the end', () => {
  const text = renderJson(inProgress);
  expect(parse(text)).toEqual(inProgress);
  expect(text).toBe(`${JSON.stringify(inProgress, null, 2)}\n`);
});

it('keeps texts that JSON has to escape', () => {
  const odd = '"\\ \u0000\u001b\ud800 漢字 </script> \u2028';
  const some = report([exercise('04-x', 'X', [check('f', 'holds', { status: 'failed', message: odd })])]);
  expect(parse(renderJson(some))).toEqual(some);
});

describe('a report that is too long', () => {
  /** Six exercises with so many checks each, whose texts and console lines have so many characters. */
  const large = (checks: number, characters: number, lines: number, lineLength: number) =>
    report(
      Array.from({ length: 6 }, (_, index) =>
        exercise(
          `0${index}-x`,
          'X',
          Array.from({ length: checks }, (_, number) =>
            check('f', `holds ${number}`, {
              status: 'failed',
              message: '漢'.repeat(characters),
              actual: '漢'.repeat(characters),
            }),
          ),
          { console: Array.from({ length: lines }, (_, line) => `${line} ${'x'.repeat(lineLength)}`), message: 'why' },
        ),
      ),
      { ignored: ['y'.repeat(characters)] },
    );

  it('loses lines of its console first, and says how many', () => {
    const some = large(2, 100, 500, 2_000);
    const text = renderJson(some);
    const { exercises } = parse(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT);
    expect(exercises.map(({ checks }) => checks)).toEqual(some.exercises.map(({ checks }) => checks));
    const lines = exercises[0]?.console ?? [];
    expect(lines).toHaveLength(21);
    expect(lines[9]).toMatch(/^9 x/);
    expect(lines[10]).toBe('… 480 lines cut, because a report has at most 2 MiB …');
    expect(lines[11]).toMatch(/^490 x/);
  });

  it('loses more of the console before any text', () => {
    const some = large(1, 10, 40, 25_000);
    const { exercises } = parse(renderJson(some));
    expect(exercises[0]?.console).toHaveLength(5);
    expect(exercises[0]?.checks).toEqual(some.exercises[0]?.checks);
  });

  it('then loses the middle of long texts, and says so there', () => {
    const text = renderJson(large(100, 1_500, 500, 2_000));
    const { exercises, ignored } = parse(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT);
    expect(exercises[0]?.message).toBe('why');
    expect(exercises[0]?.console).toHaveLength(5);
    for (const cut of [exercises[5]?.checks[99]?.message, ignored[0], exercises[0]?.console?.[0]]) {
      expect(cut).toMatch(/ … [\d,]+ characters cut … /);
      expect(cut?.length).toBeLessThanOrEqual(500);
    }
  });

  it('ends with almost nothing but the verdicts', () => {
    const text = renderJson(large(400, 1_900, 500, 2_000));
    const { exercises } = parse(text);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT);
    expect(exercises[0]?.console).toEqual(['… 500 lines cut, because a report has at most 2 MiB …']);
    expect(exercises[0]?.checks).toHaveLength(400);
  });

  it('keeps no console line but the student’s where there is just one', () => {
    const some = large(400, 1_900, 1, 10);
    expect(parse(renderJson(some)).exercises[0]?.console).toEqual(['0 xxxxxxxxxx']);
  });
});
