import type { WriteStream } from 'node:tty';
import type { Outcome } from '../batch/store.ts';
import { fitLine } from '../reporters/columns.ts';
import { forLog } from '../reporters/escape.ts';
import { liveLineOn } from './progress.ts';

/** How a class is getting on: a bar that stays in its line, or now and then a line where nobody watches. */
export interface ClassProgress {
  /** Counts a submission that is finished. */
  done(outcome: Outcome): void;
  /** Says something without spoiling the bar. */
  say(note: string): void;
  /** Takes the bar away. */
  clear(): void;
}

const BAR = 16;

/** Where there is no terminal: a line whenever so much more is done, or so long after the last one. */
const LINES = { share: 0.1, milliseconds: 30_000 };

/** Shows progress over `total` submissions on standard error. */
export function startClassProgress(
  stream: WriteStream,
  total: number,
  env: NodeJS.ProcessEnv = process.env,
  clock: () => number = () => performance.now(),
): ClassProgress {
  const line = liveLineOn(stream, env);
  const started = clock();
  const counts = { done: 0, rejected: 0, review: 0 };
  let said = { done: 0, at: started };
  const words = () => {
    const { done, rejected, review } = counts;
    const seconds = (clock() - started) / 1_000;
    const rate = done / Math.max(seconds, 1e-3);
    const faults = [...(rejected > 0 ? [`${rejected} rejected`] : []), ...(review > 0 ? [`${review} to review`] : [])];
    const left = done < total ? [`${formatTime((total - done) / rate)} left`] : [];
    return [`${done} of ${total}`, ...faults, ...(done === 0 ? [] : [formatRate(rate), ...left])].join(' · ');
  };
  const draw = () => {
    const filled = total === 0 ? BAR : Math.floor((BAR * counts.done) / total);
    line.show(`  ${'█'.repeat(filled).padEnd(BAR, '·')}  ${words()}`);
  };
  draw();
  return {
    done(outcome) {
      counts.done += 1;
      if ('rejected' in outcome) counts.rejected += 1;
      else if ('ungraded' in outcome || outcome.remarks.length > 0) counts.review += 1;
      if (line.isLive) return draw();
      const isDue = (counts.done - said.done) / total >= LINES.share || clock() - said.at >= LINES.milliseconds;
      if (!isDue && counts.done < total) return;
      said = { done: counts.done, at: clock() };
      stream.write(forLog(`flow-grade: ${words()}\n`));
    },
    say(note) {
      line.clear();
      stream.write(forLog(`flow-grade: ${fitLine(note, 2_000)}\n`));
      draw();
    },
    clear: line.clear,
  };
}

function formatRate(perSecond: number): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)}/s` : `${(perSecond * 60).toFixed(1)}/min`;
}

function formatTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
