import * as z from 'zod';

/** The report's format; a change that breaks a reader changes the number. */
export const FORMAT = 'flow-grade-report/1';

const points = z.int().min(0);

export const kindSchema = z.enum(['example', 'property', 'statistic', 'cost', 'error', 'purity']);

export const checkStatusSchema = z.enum([
  'passed',
  'failed',
  'skipped',
  'not-started',
  'out-of-fuel',
  'out-of-memory',
  'out-of-time',
  'grader-error',
]);

export const locationSchema = z.strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1) });

export const checkReportSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  kind: kindSchema,
  function: z.string(),
  status: checkStatusSchema,
  score: points,
  maxScore: points,
  message: z.string().optional(),
  expected: z.string().optional(),
  actual: z.string().optional(),
  tolerance: z.string().optional(),
  counterexample: z.string().optional(),
  /** How the counterexample was found, e.g. "found after 3 of 100 inputs, made smaller 14 times". */
  search: z.string().optional(),
  misconception: z.string().optional(),
  hint: z.string().optional(),
  location: locationSchema.optional(),
});

export const exerciseReportSchema = z.strictObject({
  id: z.string(),
  /** The student's file in the exercise's folder. */
  file: z.string(),
  title: z.string(),
  core: z.boolean(),
  score: points,
  maxScore: points,
  status: z.enum(['not-started', 'passed', 'partial', 'failed', 'broken']),
  message: z.string().optional(),
  location: locationSchema.optional(),
  console: z.array(z.string()).optional(),
  fuel: z.int().min(0),
  checks: z.array(checkReportSchema),
});

/** A file of the kit that is not, in a student's repository, what was handed out. */
export const changedFileSchema = z.strictObject({
  path: z.string(),
  /** `replaced`: by a folder, a link or anything else that is no file. */
  how: z.enum(['edited', 'deleted', 'replaced']),
});

const sumSchema = z.strictObject({ score: points, maxScore: points });

/** A graded submission; nothing in it depends on the clock, the machine or a path. */
export const reportSchema = z.strictObject({
  format: z.literal(FORMAT),
  kit: z.string(),
  /** `secret` when it is one. */
  seed: z.string(),
  /** What the instructor keeps back: all that student code could say of its inputs, or every input as well. */
  withheld: z.enum(['answers', 'inputs']).optional(),
  /** What kept the student's code apart from the grader and the machine. */
  isolation: z.string(),
  submission: z.string(),
  score: points,
  maxScore: points,
  core: sumSchema,
  extension: sumSchema,
  ignored: z.array(z.string()),
  /** The kit's own files that were changed, when that was asked; `more` of them are not listed. */
  changed: z.strictObject({ files: z.array(changedFileSchema), more: z.int().min(0) }).optional(),
  exercises: z.array(exerciseReportSchema),
});

export type Kind = z.infer<typeof kindSchema>;
export type CheckStatus = z.infer<typeof checkStatusSchema>;
export type CheckReport = z.infer<typeof checkReportSchema>;
export type ExerciseReport = z.infer<typeof exerciseReportSchema>;
export type ChangedFile = z.infer<typeof changedFileSchema>;
export type Report = z.infer<typeof reportSchema>;

/** The format as JSON Schema, draft 2020-12, for programs that do not run this code. */
export function describeFormat(): string {
  const { $schema, ...schema } = z.toJSONSchema(reportSchema);
  const title = 'A graded submission of flow-grade';
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}
