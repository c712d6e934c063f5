import type { Command } from 'commander';
import { configOption, homeOption, jsonOption, numeric } from './declare.ts';

/** Options of the commands that use contracts. */
export function sessionOptions(command: Command): Command {
  return command
    .addOption(jsonOption('the result as one JSON object'))
    .addOption(configOption())
    .addOption(homeOption());
}

/** Options of those that send a transaction. */
export function senderOptions(command: Command): Command {
  return sessionOptions(
    command
      .option('--account <n>', 'predeployed account that sends it, from 0', numeric, 0)
      .option('--timeout <s>', 'seconds to wait for its block', numeric, 60),
  );
}
