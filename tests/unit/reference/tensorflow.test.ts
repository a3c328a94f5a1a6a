import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { loadTensorflow, tf } from '#reference/tensorflow.ts';
import { expectClose } from './support.ts';

const FIXTURE = new URL('./fixtures/native-tensorflow.mjs', import.meta.url).href;

function slopeOfTanh(api: typeof tf): number {
  return api.tidy(
    () =>
      api
        .grad((x) => api.tanh(x))(api.scalar(0.5))
        .dataSync()[0] as number,
  );
}

afterEach(async () => {
  await tf.setBackend('cpu');
});

describe('TensorFlow.js', () => {
  test('differentiates, in single precision', () => {
    expectClose(slopeOfTanh(tf), 1 / Math.cosh(0.5) ** 2, { abs: 1e-6 });
  });

  test('takes the native package where it works', async () => {
    const native = await loadTensorflow(FIXTURE);
    expect(native.getBackend()).toBe('tensorflow');
    expectClose(slopeOfTanh(native), 1 / Math.cosh(0.5) ** 2, { abs: 1e-6 });
  });

  test.each([
    ['is absent', 'no-such-package-of-tensorflow'],
    ['fails to load', 'data:text/javascript,throw new Error("no native library")'],
    ['brings no backend', 'data:text/javascript,export const setBackend = async () => false'],
    ['is something else altogether', 'data:text/javascript,export default undefined'],
  ])('does with JavaScript where the native package %s', async (_, specifier) => {
    const fallback = await loadTensorflow(specifier);
    expect(fallback.getBackend()).toBe('cpu');
    expectClose(slopeOfTanh(fallback), 1 / Math.cosh(0.5) ** 2, { abs: 1e-6 });
  });

  test('leaves the process’s own settings as they were', async () => {
    for (const setting of [undefined, false, true]) {
      if (setting === undefined) delete process.noDeprecation;
      else process.noDeprecation = setting;
      await loadTensorflow('no-such-package-of-tensorflow');
      expect(process.noDeprecation).toBe(setting);
    }
    delete process.noDeprecation;
  });

  test('prints nothing, not even a greeting', async () => {
    const program = `
      import { tf } from '#reference/tensorflow.ts';
      tf.tidy(() => tf.grad((x) => tf.square(x))(tf.scalar(3)).dataSync());
    `;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type', 'module', '--eval', program],
      // A test runner's own flags for Node do not belong to the program under test.
      { env: { ...process.env, NODE_OPTIONS: '' } },
    );
    expect(stdout + stderr).toBe('');
  });
});
