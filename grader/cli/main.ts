import { startAhead } from './threads.ts';

startAhead(process.argv.slice(2));
const [{ commands }, { runProcess }] = await Promise.all([import('./commands.ts'), import('./program.ts')]);
await runProcess(commands);
