import { ExecutionAbort } from '../abort.ts';
import { ERRORS } from '../constants.ts';
import { add, type Curve, isOnCurve, multiply, type Point, pointFromX } from '../curve.ts';
import { type CellValue, felt } from './cells.ts';
import { feltAt, type Syscall, type SyscallContext, type SyscallOutcome } from './syscall.ts';

/** A curve with the name that its syscalls start with. */
interface SecpCurve {
  readonly name: 'Secp256k1' | 'Secp256r1';
  readonly curve: Curve;
}

/** SEC 2, section 2.4.1. */
export const SECP256K1: SecpCurve = {
  name: 'Secp256k1',
  curve: {
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    b: 7n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
};

/** SEC 2, section 2.4.2 (NIST P-256). */
export const SECP256R1: SecpCurve = {
  name: 'Secp256r1',
  curve: {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    a: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 4n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
};

/** The five syscalls of a curve. Points stay with the call; the contract holds their numbers. */
export function secpSyscalls({ name, curve }: SecpCurve): Syscall[] {
  return [
    {
      name: `${name}New`,
      request: ['felt', 'felt', 'felt', 'felt'],
      run(call, request) {
        const [x, y] = [u256(request, 0), u256(request, 2)];
        if (x >= curve.p || y >= curve.p) return { failure: [ERRORS.invalidArgument] };
        // (0, 0) stands for the point at infinity.
        if (x === 0n && y === 0n) return some(call, curve, undefined);
        return isOnCurve(curve, x, y) ? some(call, curve, { x, y }) : NONE;
      },
    },
    {
      name: `${name}Add`,
      request: ['felt', 'felt'],
      run(call, request) {
        const [left, right] = [pointAt(call, curve, request, 0), pointAt(call, curve, request, 1)];
        return { cells: [keep(call, curve, add(curve, left, right))] };
      },
    },
    {
      name: `${name}Mul`,
      request: ['felt', 'felt', 'felt'],
      run(call, request) {
        const point = pointAt(call, curve, request, 0);
        return { cells: [keep(call, curve, multiply(curve, point, u256(request, 1)))] };
      },
    },
    {
      name: `${name}GetPointFromX`,
      request: ['felt', 'felt', 'felt'],
      run(call, request) {
        const [x, parity] = [u256(request, 0), feltAt(request, 2)];
        if (parity > 1n) throw new ExecutionAbort('Invalid y parity.');
        if (x >= curve.p) return { failure: [ERRORS.invalidArgument] };
        const point = pointFromX(curve, x, parity === 1n);
        return point === undefined ? NONE : some(call, curve, point);
      },
    },
    {
      name: `${name}GetXy`,
      request: ['felt'],
      run(call, request) {
        const { x, y } = pointAt(call, curve, request, 0) ?? { x: 0n, y: 0n };
        return { cells: [...limbs(x), ...limbs(y)] };
      },
    },
  ];
}

const MASK = 2n ** 128n - 1n;
const NONE: SyscallOutcome = { cells: [felt(1n), felt(0n)] };

function some(call: SyscallContext, curve: Curve, point: Point): SyscallOutcome {
  return { cells: [felt(0n), keep(call, curve, point)] };
}

function keep({ frame }: SyscallContext, curve: Curve, point: Point): CellValue {
  const points = frame.points.get(curve) ?? [];
  frame.points.set(curve, points);
  points.push(point);
  return felt(BigInt(points.length - 1));
}

function pointAt(
  { frame }: SyscallContext,
  curve: Curve,
  request: readonly CellValue[],
  index: number,
): Point {
  const points = frame.points.get(curve) ?? [];
  const id = feltAt(request, index);
  if (id >= BigInt(points.length)) throw new ExecutionAbort(`Invalid Secp point ID ${id}.`);
  return points[Number(id)];
}

/** Two cells, the low 128 bits first. */
function u256(request: readonly CellValue[], index: number): bigint {
  const [low, high] = [feltAt(request, index), feltAt(request, index + 1)];
  if (low > MASK || high > MASK)
    throw new ExecutionAbort('A limb of a u256 has more than 128 bits.');
  return low | (high << 128n);
}

function limbs(value: bigint): [CellValue, CellValue] {
  return [felt(value & MASK), felt(value >> 128n)];
}
