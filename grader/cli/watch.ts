import { availableParallelism } from 'node:os';
import { emitKeypressEvents } from 'node:readline';
import { Chalk } from 'chalk';
import { course } from '../course/course.ts';
import { findSubmission } from '../engine/submission.ts';
import { openBrowser } from '../live/browser.ts';
import { WatchedFiles } from '../live/files.ts';
import { pageFor } from '../live/page.ts';
import { LivePictures } from '../live/pictures.ts';
import { LiveServer } from '../live/server.ts';
import { Session } from '../live/session.ts';
import type { Exercise } from '../model/exercise.ts';
import { nameOfPath, UsageError } from '../model/usage-error.ts';
import { forLog } from '../reporters/escape.ts';
import { renderWatch, shownIn } from '../reporters/watch.ts';
import { chooseExercises } from './choose.ts';
import { writeOut } from './console.ts';
import { commandFor, MAX_THREADS, OWN_EXERCISES } from './grade-command.ts';
import { startGrader } from './hands.ts';
import { showHint } from './hint-command.ts';
import { type Action, actionOf, KEYS, type Key } from './keys.ts';
import { readVersion } from './options.ts';
import { liveLineOn } from './progress.ts';
import { illustrate } from './report-page.ts';
import { describeScreen } from './screen.ts';

/** How `watch` was called. */
export interface WatchOptions {
  readonly submission?: string;
  readonly seed: string;
  readonly open?: true;
  readonly poll?: true;
}

const CLEAR = '\u001b[H\u001b[2J';

/** Grades now and after every save, until a key or a signal ends it. */
export async function watchWork(names: readonly string[], options: WatchOptions): Promise<void> {
  if (options.submission === '') throw new UsageError('--submission names no folder; give one, or leave it out');
  const exercises = chooseExercises(names, course);
  const directory = options.submission ?? OWN_EXERCISES;
  // Says what is wrong with the folder, when something is.
  await findSubmission(directory, course);
  const watch = new Watch(directory, exercises, options);
  try {
    await watch.run();
  } finally {
    await watch.end();
  }
}

class Watch {
  readonly #options: WatchOptions;
  readonly #directory: string;
  readonly #all: readonly Exercise[];
  readonly #grader;
  readonly #session: Session;
  readonly #pictures: LivePictures;
  readonly #files: WatchedFiles;
  readonly #screen = liveLineOn(process.stdout, process.env);
  readonly #keyboard = process.stdin.isTTY === true && process.stdout.isTTY === true ? process.stdin : undefined;
  readonly #notes: string[] = [];
  readonly #undo: (() => void)[] = [];
  #server: LiveServer | undefined;
  #opening = false;
  #focus: string | undefined;
  #typed: string | undefined;
  #stop: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(directory: string, exercises: readonly Exercise[], options: WatchOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#all = exercises;
    const jobs = Math.min(availableParallelism(), exercises.length, MAX_THREADS);
    // One to spare: a save is answered at once, while a thread that was ended starts again.
    this.#grader = startGrader(jobs + 1);
    this.#pictures = new LivePictures((submission, exercise) =>
      illustrate(this.#grader, submission, [exercise], options.seed),
    );
    this.#session = new Session(
      this.#grader,
      jobs,
      exercises,
      { seed: options.seed, kit: readVersion() },
      {
        onGrading: () => this.#sayGrading(),
        onVerdict: () => this.#show(),
        onFault: (error) => this.#fail(error),
      },
    );
    const listener = {
      onChange: (...[submission, changed]: Parameters<Session['update']>) => {
        const watched = this.#session.exercises.filter(({ id }) => changed.includes(id));
        if (watched.length < this.#session.exercises.length || watched.length === 1)
          this.#focus = watched[0]?.id ?? this.#focus;
        this.#session.update(submission, changed);
      },
      onNote: (text: string) => this.#note(text),
    };
    const poll = options.poll ? { poll: true } : {};
    this.#files = new WatchedFiles(directory, nameOfPath(directory), course, listener, poll);
  }

  /** Resolves when it is to end. */
  async run(): Promise<void> {
    const stopped = new Promise<void>((resolve, reject) => {
      this.#stop = resolve;
      this.#fail = reject;
    });
    stopped.catch(() => {});
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) this.#on(process, signal, () => this.#stop());
    // Whoever reads has gone away.
    this.#on(process.stdout, 'error', () => this.#stop());
    this.#listen();
    this.#print(`  watching ${nameOfPath(this.#directory)}`);
    await this.#files.start();
    // Whatever else there is to wait for, this process goes on until it is told to stop.
    const alive = setInterval(() => {}, 2 ** 30);
    try {
      await stopped;
    } finally {
      clearInterval(alive);
    }
  }

  async end(): Promise<void> {
    this.#screen.clear();
    for (const undo of this.#undo) undo();
    this.#files.end();
    this.#session.end();
    await Promise.all([this.#server?.end(), this.#grader.end()]);
  }

  #on(emitter: NodeJS.EventEmitter, event: string, listener: (...args: never[]) => void): void {
    emitter.on(event, listener as (...args: unknown[]) => void);
    this.#undo.push(() => emitter.off(event, listener as (...args: unknown[]) => void));
  }

  /** Reads single keys, where somebody has some. */
  #listen(): void {
    const keyboard = this.#keyboard;
    if (keyboard === undefined) return;
    const restore = () => keyboard.setRawMode(false);
    emitKeypressEvents(keyboard);
    keyboard.setRawMode(true);
    keyboard.resume();
    this.#on(process, 'exit', restore);
    this.#on(keyboard, 'keypress', (_text: string, key: Key) => {
      const action = actionOf(key, this.#typed);
      if (action !== undefined) this.#act(action).catch((error: unknown) => this.#answer(error));
    });
    this.#undo.push(() => {
      restore();
      keyboard.pause();
    });
  }

  /** A name that no exercise has is said, and asked for again; anything else ends the watch. */
  #answer(error: unknown): void {
    if (error instanceof UsageError) this.#print(`  ${error.message}`);
    else this.#fail(error);
  }

  async #act(action: Action): Promise<void> {
    this.#typed = undefined;
    this.#screen.clear();
    switch (action.do) {
      case 'quit':
        this.#stop();
        return;
      case 'again':
        this.#focus = undefined;
        this.#session.watch(this.#session.exercises);
        return;
      case 'type':
        this.#typed = action.typed;
        this.#screen.show(`  exercise (a number or a name, nothing for all): ${action.typed}`);
        return;
      case 'choose':
        this.#focus = undefined;
        this.#session.watch(action.name === '' ? this.#all : chooseExercises([action.name], course));
        return;
      case 'hint': {
        const shown = shownIn(this.#session.report, this.#focus);
        if (shown === undefined) this.#print('  of which exercise? Choose one with e');
        else await writeOut(process.stdout, `\n${await showHint(shown.id)}`);
        return;
      }
      case 'open':
        await this.#open();
        return;
      case 'help':
        this.#print(KEYS.map(([key, what]) => `  ${key.padEnd(15)} ${what}`).join('\n'));
        return;
      case 'leave':
        return;
    }
  }

  #sayGrading(): void {
    this.#server?.sayGrading();
    const titles = this.#session.exercises.filter(({ id }) => this.#session.grading.includes(id));
    const [first] = titles;
    if (this.#typed !== undefined || first === undefined) return;
    this.#screen.show(`  grading ${titles.length === 1 ? first.title : `${titles.length} exercises`}`);
  }

  /** Shows the newest verdicts. */
  #show(): void {
    const { report, grading } = this.#session;
    const look = describeScreen();
    const view = { report, grading, ...(this.#focus === undefined ? {} : { focus: this.#focus }) };
    const text = renderWatch(view, { ...look, command: commandFor(this.#options) });
    this.#screen.clear();
    process.stdout.write(`${this.#screen.isLive ? CLEAR : '\n'}${text}`);
    if (this.#screen.isLive) this.#showFoot();
    if (this.#server !== undefined) this.#publish();
    else if (this.#options.open && !this.#opening) void this.#open().catch((error: unknown) => this.#fail(error));
    if (this.#typed !== undefined) this.#screen.show(`  exercise: ${this.#typed}`);
  }

  /** Shows the newest verdicts in the page, and then the newest pictures. */
  #publish(): void {
    const server = this.#server;
    if (server === undefined) return;
    const version = server.version + 1;
    server.publish(pageFor(this.#session.report, version, this.#pictures.illustrations), version);
    if (this.#session.grading.length > 0) server.sayGrading();
    this.#pictures.draw(this.#session).then(
      (isNew) => isNew && this.#publish(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** What a cleared screen would otherwise have lost. */
  #showFoot(): void {
    const { dim } = new Chalk({ level: describeScreen().color ? 1 : 0 });
    const lines = [
      ...this.#notes,
      ...(this.#server === undefined ? [] : [`live page: ${this.#server.url}`]),
      ...(this.#keyboard === undefined ? [] : ['Enter: all again, e: choose, h: hint, o: page, ?: keys, q: quit']),
    ];
    if (lines.length > 0) process.stdout.write(`\n${lines.map((line) => `  ${dim(line)}\n`).join('')}`);
  }

  /** Says something that is to stay. */
  #note(text: string): void {
    this.#notes.splice(0, this.#notes.length, text);
    this.#print(`  ${text}`);
  }

  #print(text: string): void {
    this.#screen.clear();
    process.stdout.write(forLog(`${text}\n`));
  }

  async #open(): Promise<void> {
    if (this.#opening && this.#server === undefined) return;
    this.#opening = true;
    this.#server ??= await LiveServer.start(pageFor(this.#session.report, 0));
    this.#publish();
    openBrowser(this.#server.url);
    this.#print(`  live page: ${this.#server.url}`);
  }
}
