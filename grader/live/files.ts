import { type FSWatcher, readFileSync, realpathSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readSubmission, type Submission, type SubmittedFile } from '../engine/submission.ts';
import { DiskTree, type Tree } from '../engine/tree.ts';
import type { Exercise } from '../model/exercise.ts';

/** How often files are looked at that send no events, in milliseconds. */
export const POLL = 500;

/** From a file's event to the first look, in milliseconds: one save sends several events. */
const QUIET = 5;

/** How long a file may be empty or away while an editor saves it, in milliseconds. */
const SETTLE = 30;

/** Looks that are put off because files change while they are being read. */
const MAX_RETRIES = 5;

/** Of the time, the share that looking at files without events may take: they may be far away. */
const SHARE = 0.2;

/** What a watch tells. */
export interface Listener {
  /** Files that have other bytes than before; `changed` are ids of exercises. */
  onChange(submission: Submission, changed: readonly string[]): void;
  /** Something worth a line. */
  onNote(text: string): void;
}

/**
 * The exercises' files of a submission, looked at whenever something happens in their folders.
 *
 * An event is never believed, only followed by a look: what counts is whether a file has other bytes than before. However
 * an editor saves, each save is therefore told once, and the newest bytes are told last.
 */
export class WatchedFiles {
  readonly #directory: string;
  readonly #label: string;
  readonly #exercises: readonly Exercise[];
  readonly #listener: Listener;
  readonly #watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  #files: ReadonlyMap<string, SubmittedFile> = new Map();
  #isPolling: boolean;
  #isAway = false;
  #isLooking = false;
  #isDirty = false;
  #isEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    directory: string,
    label: string,
    exercises: readonly Exercise[],
    listener: Listener,
    { poll = sendsNoEvents(directory) } = {},
  ) {
    this.#directory = directory;
    this.#label = label;
    this.#exercises = exercises;
    this.#listener = listener;
    this.#isPolling = poll;
  }

  /** Looks for the first time, and tells of all exercises whose files are there; then goes on until it is ended. */
  async start(): Promise<void> {
    if (this.#isPolling) this.#sayPolling();
    await this.#look();
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#closeAll();
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    if (this.#isEnded) return;
    this.#isLooking = true;
    const started = performance.now();
    try {
      for (let retries = 0; ; retries += 1) {
        this.#isDirty = false;
        let submission = await this.#read();
        if (submission !== undefined && this.#isSaving(submission)) {
          await wait(SETTLE);
          submission = await this.#read();
        }
        if (this.#isEnded) return;
        // Bytes that are changing just now are not worth a verdict.
        if (this.#isDirty && retries < MAX_RETRIES) {
          await wait(QUIET);
          continue;
        }
        if (submission !== undefined) this.#tell(submission);
        break;
      }
    } finally {
      this.#isLooking = false;
      const pause = Math.max(POLL, (performance.now() - started) / SHARE);
      if (this.#isPolling || this.#isAway) this.#lookIn(pause);
      else if (this.#isDirty) this.#lookIn(QUIET);
    }
  }

  #lookIn(milliseconds: number): void {
    if (this.#isEnded) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  #onEvent(name: string | null): void {
    // A swap file, an editor's settings, the commits of a repository.
    if (name?.split(/[\\/]/).some((part) => part.startsWith('.') || part === 'node_modules')) return;
    this.#isDirty = true;
    if (!this.#isLooking && this.#timer === undefined) this.#lookIn(QUIET);
  }

  async #read(): Promise<Submission | undefined> {
    const listed = new Set<string>();
    const disk = new DiskTree(this.#directory);
    const tree: Tree = {
      list: (folder) => {
        // Attended to before it is listed: what comes in between is seen twice, and not missed.
        listed.add(folder);
        this.#attend(folder);
        return disk.list(folder);
      },
      read: (path) => disk.read(path),
    };
    try {
      const submission = await readSubmission(tree, this.#label, this.#exercises);
      for (const folder of this.#watchers.keys()) if (!listed.has(folder)) this.#close(folder);
      this.#isAway = false;
      return submission;
    } catch {
      // The folder itself is being renamed, or a network drive is away.
      if (!this.#isAway) this.#listener.onNote(`${this.#label} cannot be read just now; waiting for it`);
      this.#isAway = true;
      this.#closeAll();
      return undefined;
    }
  }

  /** Whether an editor may be in the middle of a save: what had content a moment ago is empty or not there. */
  #isSaving({ files }: Submission): boolean {
    return [...this.#files].some(([id, before]) => {
      const now = files.get(id);
      return hasContent(before) && !(now !== undefined && hasContent(now));
    });
  }

  #tell(submission: Submission): void {
    const before = this.#files;
    this.#files = submission.files;
    const changed = this.#exercises.filter(({ id }) => !isSame(before.get(id), submission.files.get(id)));
    if (changed.length === 0) return;
    this.#listener.onChange(
      submission,
      changed.map(({ id }) => id),
    );
  }

  /** Sees to it that what happens in a folder is heard of. */
  #attend(folder: string): void {
    if (this.#isPolling || this.#isEnded) return;
    // Where one watcher sees a whole tree, it is enough, and on Windows more would keep folders from being renamed.
    const isWholeTree = process.platform === 'win32' || process.platform === 'darwin';
    if (isWholeTree && folder !== '') return;
    try {
      const path = join(this.#directory, folder);
      const { dev, ino } = statSync(path);
      const identity = `${dev}:${ino}`;
      if (this.#watchers.get(folder)?.identity === identity) return;
      this.#close(folder);
      const watcher = watch(path, { recursive: isWholeTree }, (_event, name) => this.#onEvent(name));
      watcher.on('error', () => this.#fallBack());
      this.#watchers.set(folder, { identity, watcher });
    } catch (error) {
      // A folder that is gone by now is found to be so when it is listed.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#fallBack();
    }
  }

  /** Too many watchers, or a file system that knows none. */
  #fallBack(): void {
    if (this.#isPolling || this.#isEnded) return;
    this.#isPolling = true;
    this.#closeAll();
    this.#sayPolling();
    if (!this.#isLooking) this.#lookIn(POLL);
  }

  #sayPolling(): void {
    this.#listener.onNote(`files here send no events; looking at them every ${POLL} ms`);
  }

  #close(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }

  #closeAll(): void {
    for (const folder of [...this.#watchers.keys()]) this.#close(folder);
  }
}

function hasContent(file: SubmittedFile): boolean {
  return 'bytes' in file && file.bytes.length > 0;
}

/** Whether a file is as it was. */
export function isSame(one: SubmittedFile | undefined, other: SubmittedFile | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if ('bytes' in one && 'bytes' in other) return Buffer.compare(one.bytes, other.bytes) === 0;
  return 'fault' in one && 'fault' in other && one.fault === other.fault;
}

/** Whether a folder is on a file system known to send no events: a Windows drive, seen from Linux under WSL. */
export function sendsNoEvents(directory: string, platform = process.platform, version = readVersion()): boolean {
  if (platform !== 'linux' || !/microsoft/i.test(version)) return false;
  try {
    return /^\/mnt\/[a-z](\/|$)/.test(realpathSync(directory));
  } catch {
    return false;
  }
}

function readVersion(): string {
  try {
    return readFileSync('/proc/version', 'utf8');
  } catch {
    return '';
  }
}
