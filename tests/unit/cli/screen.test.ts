import { expect, it } from 'vitest';
import { describeScreen } from '#grader/cli/screen.ts';

const screen = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux', columns?: number) =>
  describeScreen(columns, env, platform);

it.each([
  [undefined, 80],
  [0, 80],
  [200, 80],
  [80, 80],
  [72, 72],
  [20, 60],
])('is at most 80 columns wide, and no narrower than the report can be: %s', (columns, width) => {
  expect(screen({}, 'linux', columns).width).toBe(width);
});

it('has no colour under NO_COLOR', () => {
  expect(screen({ NO_COLOR: '1' }).color).toBe(false);
});

it.each<[NodeJS.Platform, NodeJS.ProcessEnv, boolean]>([
  ['linux', { TERM: 'xterm-256color' }, true],
  ['linux', {}, true],
  ['linux', { TERM: 'linux' }, false],
  ['darwin', { TERM: 'xterm-256color' }, true],
  ['win32', {}, false],
  ['win32', { TERM: 'cygwin' }, false],
  ['win32', { WT_SESSION: '1' }, true],
  ['win32', { ConEmuTask: '{cmd::Cmder}' }, true],
  ['win32', { TERM_PROGRAM: 'vscode' }, true],
  ['win32', { TERMINAL_EMULATOR: 'JetBrains-JediTerm' }, true],
  ['win32', { TERM: 'xterm-256color' }, true],
])('on %s with %j, stars and bars: %s', (platform, env, unicode) => {
  expect(screen(env, platform).unicode).toBe(unicode);
});
