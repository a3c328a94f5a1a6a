import { statesRightUnderEverySeed } from './right-under-every-seed.ts';

statesRightUnderEverySeed(1);
