import { join } from 'node:path';
import { DiskTree, type EntryKind, type Tree, type TreeEntry } from '../engine/tree.ts';
import type { Archive } from './archive.ts';

/** A tree whose files may stand on a disk, where an archive among them can be opened. */
export interface Source extends Tree {
  /** Where a file is; nothing when it is in an archive itself. */
  pathOf(path: string): string | undefined;
}

/** A folder on this machine's disk. */
export class DiskSource extends DiskTree implements Source {
  readonly #root: string;

  constructor(directory: string) {
    super(directory);
    this.#root = directory;
  }

  pathOf(path: string): string {
    return join(this.#root, path);
  }
}

/** A folder inside a tree, as a tree of its own. */
export class FolderOf implements Source {
  readonly #tree: Source;
  readonly #folder: string;

  /** `folder`: '' or 'class/alice/'. */
  constructor(tree: Source, folder: string) {
    this.#tree = tree;
    this.#folder = folder;
  }

  list(folder: string): Promise<readonly TreeEntry[]> {
    return this.#tree.list(this.#folder + folder);
  }

  read(path: string): Promise<Uint8Array | string> {
    return this.#tree.read(this.#folder + path);
  }

  pathOf(path: string): string | undefined {
    return this.#tree.pathOf(this.#folder + path);
  }
}

/** A file or folder of a tree that is made from a list. */
export interface Listed {
  /** 'a/b/coin.ts'; a folder has no trailing slash. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Reads a file; what cannot be read says why, as text that follows its name. */
  read(): Promise<Uint8Array | string>;
  pathOf?(): string | undefined;
}

/** What is in an archive, as a tree. */
export function treeOf(archive: Archive): Source {
  return new ListTree(
    archive.entries.map(({ path, kind }) => ({
      path,
      kind: kind === 'archive' ? 'file' : kind,
      read: () => archive.read(path),
    })),
  );
}

/** A tree made from a list of files; folders need not be in it. */
export class ListTree implements Source {
  readonly #folders = new Map<string, Map<string, EntryKind>>([['', new Map()]]);
  readonly #files = new Map<string, Listed>();

  constructor(entries: Iterable<Listed>) {
    for (const entry of entries) {
      const parts = entry.path.split('/');
      const name = parts.pop() ?? '';
      let folder = '';
      for (const part of parts) {
        this.#open(folder).set(part, 'folder');
        folder += `${part}/`;
      }
      const known = this.#open(folder).get(name);
      if (known !== 'folder') this.#open(folder).set(name, entry.kind);
      if (entry.kind === 'folder') this.#open(`${folder}${name}/`);
      else this.#files.set(entry.path, entry);
    }
  }

  #open(folder: string): Map<string, EntryKind> {
    const names = this.#folders.get(folder) ?? new Map<string, EntryKind>();
    this.#folders.set(folder, names);
    return names;
  }

  async list(folder: string): Promise<readonly TreeEntry[]> {
    const names = this.#folders.get(folder);
    if (names === undefined) throw Object.assign(new Error(`there is no folder ${folder}`), { code: 'ENOENT' });
    return [...names].map(([name, kind]) => ({ name, kind }));
  }

  async read(path: string): Promise<Uint8Array | string> {
    return (await this.#files.get(path)?.read()) ?? 'is not there';
  }

  pathOf(path: string): string | undefined {
    return this.#files.get(path)?.pathOf?.();
  }
}
