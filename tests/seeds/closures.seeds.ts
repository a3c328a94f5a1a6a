import { statesRightUnderEverySeed } from './right-under-every-seed.ts';

statesRightUnderEverySeed('tests/fixtures/styles/closures');
