import { UsageError } from '../model/usage-error.ts';
import type { Classroom50Identity } from '../reporters/classroom50.ts';

/** The environment variables that name the work, each by the first of its names that is set. */
const VARIABLES = {
  classroom: ['CLASSROOM'],
  assignment: ['ASSIGNMENT'],
  assignmentType: ['ASSIGNMENT_TYPE'],
  owner: ['OWNER', 'USERNAME'],
  submission: ['SUBMISSION_TAG'],
  commit: ['COMMIT_URL'],
  release: ['RELEASE_URL'],
  review: ['REVIEW_URL'],
} as const;

const TYPES = ['individual', 'group', 'team'];

/**
 * Whose work is graded, from what Classroom 50 puts into the environment of an autograder.
 *
 * @throws UsageError that names the variables which are missing or are not what Classroom 50 takes
 */
export function readIdentity(environment: NodeJS.ProcessEnv, datetime: Date): Classroom50Identity {
  const missing: string[] = [];
  const values = Object.entries(VARIABLES).map(([key, names]) => {
    const value = names.map((name) => environment[name]?.trim() ?? '').find((each) => each !== '');
    if (value === undefined) missing.push(names.join(' or '));
    return [key, value];
  });
  if (missing.length > 0) {
    const list = missing.join(', ');
    throw new UsageError(`--reporter classroom50 needs ${list} in the environment, as Classroom 50’s runner sets it`);
  }
  const identity: Classroom50Identity = { ...Object.fromEntries(values), datetime };
  if (!TYPES.includes(identity.assignmentType)) {
    throw new UsageError(
      `ASSIGNMENT_TYPE is ${JSON.stringify(identity.assignmentType)}; it may be ${TYPES.join(', ')}`,
    );
  }
  if (!identity.submission.startsWith('submit/')) {
    throw new UsageError(`SUBMISSION_TAG is ${JSON.stringify(identity.submission)}; it must begin with submit/`);
  }
  return identity;
}
