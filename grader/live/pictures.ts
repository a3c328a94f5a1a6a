import type { Submission, SubmittedFile } from '../engine/submission.ts';
import type { Exercise } from '../model/exercise.ts';
import type { Illustrations, Picture } from '../model/picture.ts';
import { isSame } from './files.ts';
import type { Session } from './session.ts';

/** The pictures of a submission that changes: of each exercise those of the newest file that was drawn. */
export class LivePictures {
  readonly #illustrate: (submission: Submission, exercise: Exercise) => Promise<Illustrations>;
  readonly #pictures = new Map<string, readonly Picture[]>();
  readonly #sources = new Map<string, string>();
  readonly #drawn = new Map<string, SubmittedFile | undefined>();
  #isDrawing = false;

  constructor(illustrate: (submission: Submission, exercise: Exercise) => Promise<Illustrations>) {
    this.#illustrate = illustrate;
  }

  get illustrations(): Illustrations {
    return { pictures: this.#pictures, sources: this.#sources };
  }

  /**
   * Draws one exercise whose file has changed since it was drawn, the ones that have their verdict first.
   *
   * @returns whether there is something new to show; nothing is while another one is being drawn
   */
  async draw(session: Session): Promise<boolean> {
    const { submission } = session;
    if (submission === undefined || this.#isDrawing) return false;
    const isStale = ({ id }: Exercise) =>
      !this.#drawn.has(id) || !isSame(this.#drawn.get(id), submission.files.get(id));
    const graded = session.exercises.filter(({ id }) => !session.grading.includes(id));
    const exercise = graded.find(isStale);
    if (exercise === undefined) return false;
    this.#isDrawing = true;
    try {
      const { id } = exercise;
      const { pictures, sources } = await this.#illustrate(submission, exercise);
      this.#drawn.set(id, submission.files.get(id));
      this.#pictures.set(id, pictures.get(id) ?? []);
      const source = sources.get(id);
      if (source === undefined) this.#sources.delete(id);
      else this.#sources.set(id, source);
      return true;
    } finally {
      this.#isDrawing = false;
    }
  }
}
