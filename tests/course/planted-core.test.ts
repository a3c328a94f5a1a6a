import { statesThatChecksHaveTeeth } from '../support/teeth.ts';

statesThatChecksHaveTeeth(true, 'few');
