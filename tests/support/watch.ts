import { onTestFinished } from 'vitest';
import { follow as followProgram, type Running } from './running.ts';

/** Starts the real command in a process of its own, which is ended after the test. */
export function startWatch(args: readonly string[], env: Record<string, string> = {}): Running {
  return follow(process.execPath, ['grader/build/start.mjs', 'watch', ...args], env);
}

/** Starts any program, which is ended after the test, and follows what it prints. */
export function follow(program: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const running = followProgram(program, args, env);
  onTestFinished(() => void running.process.kill('SIGKILL'));
  return running;
}
