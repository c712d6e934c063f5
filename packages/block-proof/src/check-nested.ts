import type { CellValue, SyscallRecord } from '@stackctl/execution';
import { type Felt, shortString } from '@stackctl/types';
import { rejected } from './public-memory.ts';
import { type SyscallName, syscallOf } from './syscalls.ts';
import type { VerifiedCall } from './verified-call.ts';

const ENTRYPOINT_FAILED = shortString('ENTRYPOINT_FAILED');
const OUT_OF_GAS = shortString('Out of gas');

/** What the protocol answers to a request that it refuses before any code runs. */
const REFUSALS: ReadonlyArray<readonly Felt[]> = [
  [OUT_OF_GAS],
  [shortString('Invalid argument')],
  [OUT_OF_GAS, ENTRYPOINT_FAILED],
  [shortString('ENTRYPOINT_NOT_FOUND'), ENTRYPOINT_FAILED],
];

/** What the request of a syscall that makes calls asks for. */
type Request = Partial<
  Pick<
    VerifiedCall,
    | 'callType'
    | 'entryPointType'
    | 'contractAddress'
    | 'callerAddress'
    | 'classHash'
    | 'selector'
    | 'calldata'
  >
>;

/**
 * Checks that the calls which a call made are those that its syscalls asked for, with the answer that
 * they gave. A request that made a call is answered as that call ended; one that made none is refused as
 * the protocol refuses (whether rightly, the replay says), or deployed a class without constructor.
 *
 * @throws StackError PROOF_REJECTED
 */
export function checkNested(caller: VerifiedCall, calls: readonly VerifiedCall[]): void {
  for (const syscall of caller.syscalls) {
    const callee = syscall.call === undefined ? undefined : calls[syscall.call];
    const request = requestOf(syscall, caller);
    if (callee === undefined) {
      if (request === undefined) continue;
      const answer = retdataOf(syscall);
      const ranNothing = syscall.failed
        ? REFUSALS.some((refusal) => isSame(refusal, answer))
        : syscallOf(syscall.selector) === 'Deploy' && answer.length === 0;
      require(ranNothing, 'a call that it made is left out');
      continue;
    }
    require(request !== undefined, 'a syscall that makes no calls made one');
    for (const [name, value] of Object.entries(request) as Array<[keyof Request, unknown]>) {
      const actual = callee[name];
      const same = Array.isArray(value)
        ? isSame(value as Felt[], actual as Felt[])
        : value === actual;
      require(same, `a call that it made has another ${name} than it asked for`);
    }
    const answer = callee.failed ? [...callee.retdata, ENTRYPOINT_FAILED] : callee.retdata;
    require(callee.failed === syscall.failed &&
      isSame(retdataOf(syscall), answer), 'a call that it made is answered in another way');
  }
}

/** What a syscall asks to be called; undefined for syscalls that make no calls. */
function requestOf(
  { selector, request, response, failed }: SyscallRecord,
  caller: VerifiedCall,
): Request | undefined {
  const name: SyscallName | undefined = syscallOf(selector);
  switch (name) {
    case 'CallContract':
      return {
        callType: 'CALL',
        entryPointType: 'EXTERNAL',
        contractAddress: feltOf(request[0]),
        callerAddress: caller.contractAddress,
        selector: feltOf(request[1]),
        calldata: feltsOf(request[2]),
      };
    case 'LibraryCall':
      return {
        callType: 'DELEGATE',
        entryPointType: 'EXTERNAL',
        contractAddress: caller.contractAddress,
        callerAddress: caller.callerAddress,
        classHash: feltOf(request[0]),
        selector: feltOf(request[1]),
        calldata: feltsOf(request[2]),
      };
    case 'Deploy':
      return {
        callType: 'CALL',
        entryPointType: 'CONSTRUCTOR',
        // The address is a function of the request; a failed deployment does not tell it.
        ...(failed ? {} : { contractAddress: feltOf(response[0]) }),
        callerAddress: caller.contractAddress,
        classHash: feltOf(request[0]),
        calldata: feltsOf(request[2]),
      };
    case 'MetaTxV0':
      return {
        callType: 'CALL',
        entryPointType: 'EXTERNAL',
        contractAddress: feltOf(request[0]),
        callerAddress: 0n,
        selector: feltOf(request[1]),
        calldata: feltsOf(request[2]),
      };
    default:
      return undefined;
  }
}

/** The last word of a response that has one: return data, or the error's. */
export function retdataOf({ response }: SyscallRecord): readonly Felt[] {
  return feltsOf(response.at(-1));
}

function feltOf(cell: CellValue | undefined): Felt {
  return cell?.kind === 'felt' ? cell.value : 0n;
}

export function feltsOf(cell: CellValue | undefined): readonly Felt[] {
  return cell?.kind === 'range' ? cell.values : [];
}

function isSame(left: readonly Felt[], right: readonly Felt[]): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

function require(condition: boolean, reason: string): asserts condition {
  if (!condition) throw rejected(reason);
}
