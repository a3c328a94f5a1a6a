import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { PROJECT, run } from '../support/cli.ts';

const practise = async (folder: string, exercise: string) => {
  const { code, stdout, stderr } = await run(['practice', exercise], {
    FLOW_GRADE_FOLDER: new URL(folder, `file://${PROJECT}`).href,
  });
  return { code, text: stripVTControlCharacters(stdout + stderr) };
};

describe('practice', () => {
  test('skips what is not started', async () => {
    const { code, text } = await practise('exercises', '2');
    expect(code).toBe(0);
    expect(text).toMatch(/Tests\s+14 skipped \(14\)/);
    expect(text).toContain('forward is not started yet');
  });

  test('passes what is right, and says that steps are not counted here', async () => {
    const { code, text } = await practise('solutions', 'planar');
    expect(code).toBe(0);
    expect(text).toMatch(/15 passed \| 1 skipped/);
    expect(text).toContain('steps are counted in the sandbox only');
  });

  test('shows the input, both values and the hint for what is wrong', async () => {
    const { code, text } = await practise('tests/fixtures/partial', '4');
    expect(code).toBe(1);
    expect(text).toMatch(/input\s+logDetJacobian\(\[0\], \{ a: \[1\], b: \[1\], c: 0 \}\)/);
    expect(text).toMatch(/expected\s+0\.6931471806/);
    expect(text).toMatch(/yours\s+0\n/);
    expect(text).toContain('counts once logDetJacobian matches its first check');
  });
});
