import { supportsColor } from 'chalk';
import type { TerminalOptions } from '../reporters/terminal.ts';

const WIDEST = 80;
const NARROWEST = 60;

/** What the terminal on standard output can show. */
export function describeScreen(
  columns = process.stdout.columns,
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Required<Pick<TerminalOptions, 'color' | 'width' | 'unicode'>> {
  return {
    color: showsColor(env),
    width: Math.max(NARROWEST, Math.min(WIDEST, columns || WIDEST)),
    unicode: showsUnicode(env, platform),
  };
}

/** FORCE_COLOR has the first word (chalk heeds it), then NO_COLOR (which chalk does not know), then the terminal. */
function showsColor(env: NodeJS.ProcessEnv): boolean {
  if (env.FORCE_COLOR === undefined && (env.NO_COLOR ?? '') !== '') return false;
  return supportsColor !== false;
}

/** The old Windows console and the Linux kernel's have no stars and bars in their fonts. */
function showsUnicode(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return (
    Boolean(env.WT_SESSION) ||
    Boolean(env.ConEmuTask) ||
    env.TERM_PROGRAM === 'vscode' ||
    env.TERMINAL_EMULATOR === 'JetBrains-JediTerm' ||
    /^(xterm|alacritty|screen|tmux|rxvt)/.test(env.TERM ?? '')
  );
}
