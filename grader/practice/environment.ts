/** Variables through which the command tells the test run what to practise: exercise ids, and the folder's URL. */
export const EXERCISES = 'FLOW_GRADE_EXERCISES';
export const FOLDER = 'FLOW_GRADE_FOLDER';
