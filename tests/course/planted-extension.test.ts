import { statesThatChecksHaveTeeth } from '../support/teeth.ts';

statesThatChecksHaveTeeth(false, 'few');
