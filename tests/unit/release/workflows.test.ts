import { describe, expect, test } from 'vitest';
import { readVersion } from '#grader/cli/options.ts';
import { readYaml, type Step, stepsOf, type Workflow } from '../../support/workflows.ts';

const STUDENT = 'grader/release/student/github-workflow.yml';
const ACTION = '.github/actions/grade/action.yml';
const RECORD = 'docs/ci/github-grade-of-record.yml';
const ALL = [STUDENT, ACTION, RECORD];

/** What makes a step dangerous, or fetches more than it says. */
function faultsOf({ uses, run, with: inputs }: Step): string[] {
  const isKnown = /^(actions\/(checkout|setup-node|upload-artifact)@v\d+|ORG\/flow-grade\/.*@v\d+\.\d+\.\d+)$/.test(
    uses ?? '',
  );
  return [
    ...(uses === undefined || isKnown ? [] : [`${uses} is no known action at a major version`]),
    ...(uses?.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false ? ['credentials stay'] : []),
    ...(run?.includes('${{') ? ['an expression in a script is code of whoever chooses its value'] : []),
    ...(/\b(curl|wget|npx|npm (i|install|exec))\b/.test(run ?? '') ? ['something is downloaded'] : []),
    ...(/npm ci(?!.*--ignore-scripts)/.test(run ?? '') ? ['scripts of packages run'] : []),
  ];
}

describe('a workflow', () => {
  test.each(ALL)('%s has no step that is dangerous', async (path) => {
    const steps = stepsOf(await readYaml<Workflow>(path));
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps) expect(faultsOf(step), step.name ?? step.uses).toEqual([]);
  });

  test.each<[Step, string]>([
    [{ uses: 'someone/else@v1' }, 'someone/else@v1 is no known action at a major version'],
    [{ uses: 'actions/setup-node@main' }, 'actions/setup-node@main is no known action at a major version'],
    [{ uses: 'actions/checkout@v5' }, 'credentials stay'],
    [{ run: 'echo ${{ github.head_ref }}' }, 'an expression in a script is code of whoever chooses its value'],
    [{ run: 'npx something' }, 'something is downloaded'],
    [{ run: 'npm ci --omit=dev' }, 'scripts of packages run'],
  ])('%j would be found', (step, fault) => {
    expect(faultsOf(step)).toEqual([fault]);
  });

  test.each([STUDENT, RECORD])('%s may do as little as it can, and ends', async (path) => {
    const { permissions, jobs = {} } = await readYaml<Workflow>(path);
    expect(permissions).toEqual(path === STUDENT ? { contents: 'read' } : {});
    for (const job of Object.values(jobs)) {
      expect(job.permissions).toBeUndefined();
      expect(job['timeout-minutes']).toBeLessThanOrEqual(10);
    }
  });

  test('of a student knows no secret, and runs for pushes and by hand alone', async () => {
    const workflow = await readYaml<Workflow>(STUDENT);
    expect(JSON.stringify(workflow)).not.toContain('secrets');
    expect(Object.keys(workflow.on as object)).toEqual(['push', 'workflow_dispatch']);
    expect(JSON.stringify(await readYaml(RECORD))).toContain('${{ secrets.FLOW_GRADE_SEED }}');
  });

  test('keeps the report also when the score is too low', async () => {
    for (const path of [STUDENT, RECORD]) {
      const last = stepsOf(await readYaml<Workflow>(path)).at(-1);
      expect([last?.if, last?.uses]).toEqual(['always()', expect.stringMatching(/^actions\/upload-artifact@/)]);
    }
  });

  test('hands the action no input that it does not have', async () => {
    const { inputs } = await readYaml<{ inputs: object }>(ACTION);
    const step = stepsOf(await readYaml<Workflow>(RECORD)).find(({ uses }) => uses?.startsWith('ORG/'));
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step?.with ?? { none: '' })));
    expect(step?.uses).toBe(`ORG/flow-grade/${ACTION.replace('/action.yml', '')}@v${readVersion()}`);
  });
});
