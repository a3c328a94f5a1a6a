// Entry point of the worker threads where the sources run as they are: on Node 20 a thread does not inherit the loader
// that reads TypeScript. A bundle has another in its place.
const { setFlagsFromString } = require('node:v8');
const { workerData } = require('node:worker_threads');

for (const setting of workerData.settings) setFlagsFromString(setting);
import('tsx/esm/api').then(({ register }) => {
  register();
  return import('./worker.ts');
});
