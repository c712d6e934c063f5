import { runCli } from './program.ts';

// The only place that ends the process: after everything that was written has left it.
const code = await runCli(process.argv.slice(2));
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
