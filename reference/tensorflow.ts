import { createRequire } from 'node:module';
import { runInThisContext } from 'node:vm';
import * as core from '@tensorflow/tfjs-core';
import { buildSync } from 'esbuild';

type Tensorflow = typeof core;

/** TensorFlow.js, ready for use: the native backend where its package is installed and works, else the JavaScript one. */
export const tf: Tensorflow = await loadTensorflow('@tensorflow/tfjs-node');

/**
 * TensorFlow.js with the native package of the given name, which is optional: it may be absent, fail to load where its
 * library could not be downloaded or built, or load and then fail to compute on a newer Node.
 */
export async function loadTensorflow(nativePackage: string): Promise<Tensorflow> {
  // tfjs greets and warns on the console, its native library on standard error; reports are written there.
  core.enableProdMode();
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  return (await loadNative(nativePackage)) ?? (await loadJavaScript());
}

async function loadNative(nativePackage: string): Promise<Tensorflow | undefined> {
  const { noDeprecation } = process;
  try {
    process.noDeprecation = true;
    const loaded = await import(nativePackage);
    const native: Tensorflow = loaded.default ?? loaded;
    const usable = (await native.setBackend('tensorflow')) && differentiates(native);
    return usable ? native : undefined;
  } catch {
    return undefined;
  } finally {
    if (noDeprecation === undefined) delete process.noDeprecation;
    else process.noDeprecation = noDeprecation;
  }
}

async function loadJavaScript(): Promise<Tensorflow> {
  await import('@tensorflow/tfjs-backend-cpu');
  await core.setBackend('cpu');
  registerGradients();
  return core;
}

/**
 * The derivatives of the operations are not in tfjs-core's main file. They come beside it as modules meant for bundlers,
 * which Node cannot load by itself; bundled, they add themselves to the registry that all copies of tfjs share.
 */
function registerGradients(): void {
  if (core.getGradient('Tanh')) return;
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  const [bundle] = buildSync({ entryPoints: [entry], bundle: true, format: 'iife', write: false }).outputFiles;
  runInThisContext(bundle?.text ?? '');
}

function differentiates(native: Tensorflow): boolean {
  return native.tidy(
    () =>
      native
        .grad((x) => native.tanh(x))(native.scalar(0))
        .dataSync()[0] === 1,
  );
}
