import { call } from './call/index.ts';
import { chaos } from './chaos/index.ts';
import { clean } from './clean/index.ts';
import { declareClass } from './declare/index.ts';
import type { Declare } from './declare.ts';
import { deploy } from './deploy/index.ts';
import { doctor } from './doctor/index.ts';
import { down } from './down/index.ts';
import { env } from './env/index.ts';
import { invoke } from './invoke/index.ts';
import { logs } from './logs/index.ts';
import { proof } from './proof/index.ts';
import { prove } from './prove/index.ts';
import { restart } from './restart/index.ts';
import { spam } from './spam/index.ts';
import { status } from './status/index.ts';
import { supervise } from './supervise/index.ts';
import { up } from './up/index.ts';
import { verify } from './verify/index.ts';
import { version } from './version/index.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Declare[] = [
  up,
  down,
  clean,
  status,
  logs,
  env,
  spam,
  verify,
  declareClass,
  deploy,
  invoke,
  call,
  prove,
  proof,
  restart,
  chaos,
  doctor,
  version,
  supervise,
];
