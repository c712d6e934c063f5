import { createECDH } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExecutionAbort } from '../src/abort.ts';
import type { CallFrame } from '../src/run-call.ts';
import type { CellValue } from '../src/syscalls/cells.ts';
import { felt } from '../src/syscalls/cells.ts';
import { SECP256K1, SECP256R1, secpSyscalls } from '../src/syscalls/secp.ts';
import type { Syscall } from '../src/syscalls/syscall.ts';

const MASK = 2n ** 128n - 1n;
const limbs = (value: bigint) => [value & MASK, value >> 128n];

/** A call that makes syscalls on one curve. */
function session(curve: typeof SECP256K1) {
  const frame = { points: new Map() } as CallFrame;
  const byName = new Map<string, Syscall>(
    secpSyscalls(curve).map((syscall) => [syscall.name, syscall]),
  );
  return (operation: string, ...request: bigint[]): bigint[] | 'failure' => {
    const syscall = byName.get(`${curve.name}${operation}`);
    if (syscall === undefined) throw new TypeError(operation);
    expect(syscall.request.length).toBe(request.length);
    const outcome = syscall.run({ frame, gas: 0n, made: undefined }, request.map(felt));
    if ('failure' in outcome) return 'failure';
    return outcome.cells.map((cell: CellValue) => (cell.kind === 'felt' ? cell.value : -1n));
  };
}

/** scalar * generator, by OpenSSL. */
function reference(name: string, scalar: bigint): { x: bigint; y: bigint } {
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(scalar.toString(16).padStart(64, '0'), 'hex');
  const hex = ecdh.getPublicKey('hex');
  return { x: BigInt(`0x${hex.slice(2, 66)}`), y: BigInt(`0x${hex.slice(66)}`) };
}

describe.each([
  ['secp256k1', SECP256K1],
  ['prime256v1', SECP256R1],
] as const)('%s syscalls', (name, curve) => {
  const { n, p } = curve.curve;
  const generator = reference(name, 1n);
  const scalar = fc.bigInt({ min: 1n, max: n - 1n });

  const load = (ask: ReturnType<typeof session>, point: { x: bigint; y: bigint }): bigint => {
    const answer = ask('New', ...limbs(point.x), ...limbs(point.y));
    expect(answer[0]).toBe(0n);
    return answer[1] as bigint;
  };
  const xy = ({ x, y }: { x: bigint; y: bigint }) => [...limbs(x), ...limbs(y)];

  it('multiply and add as OpenSSL does', () => {
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        const ask = session(curve);
        const g = load(ask, generator);
        const [left] = ask('Mul', g, ...limbs(a)) as [bigint];
        const right = load(ask, reference(name, b));
        expect(ask('GetXy', left)).toEqual(xy(reference(name, a)));
        const [sum] = ask('Add', left, right) as [bigint];
        const total = (a + b) % n;
        const expected = total === 0n ? { x: 0n, y: 0n } : reference(name, total);
        expect(ask('GetXy', sum)).toEqual(xy(expected));
      }),
      { numRuns: 15 },
    );
  });

  it('know infinity', () => {
    const ask = session(curve);
    const g = load(ask, generator);
    const minus = load(ask, { x: generator.x, y: p - generator.y });
    const [zero] = ask('Add', g, minus) as [bigint];
    expect(ask('GetXy', zero)).toEqual([0n, 0n, 0n, 0n]);
    const infinity = load(ask, { x: 0n, y: 0n });
    expect(ask('GetXy', (ask('Add', infinity, g) as [bigint])[0])).toEqual(xy(generator));
    expect(ask('GetXy', (ask('Mul', g, ...(limbs(n) as [bigint, bigint])) as [bigint])[0])).toEqual(
      [0n, 0n, 0n, 0n],
    );
  });

  it('find the point of an x by the parity of its y', () => {
    const ask = session(curve);
    const odd = generator.y & 1n;
    for (const parity of [0n, 1n]) {
      const [none, id] = ask('GetPointFromX', ...limbs(generator.x), parity) as [bigint, bigint];
      const y = parity === odd ? generator.y : p - generator.y;
      expect([none, ask('GetXy', id)]).toEqual([0n, xy({ x: generator.x, y })]);
    }
    const answers = [1n, 2n, 3n, 4n, 5n, 6n, 7n].map((x) => ask('GetPointFromX', x, 0n, 0n)[0]);
    expect(new Set(answers)).toEqual(new Set([0n, 1n]));
  });

  it('refuse what is no point', () => {
    const ask = session(curve);
    expect(ask('New', ...limbs(generator.x), ...limbs(generator.y + 1n))).toEqual([1n, 0n]);
    expect(ask('New', ...limbs(p), 0n, 0n)).toBe('failure');
    expect(ask('GetPointFromX', ...limbs(p + 1n), 0n)).toBe('failure');
    expect(() => ask('GetXy', 99n)).toThrow(ExecutionAbort);
    expect(() => ask('GetPointFromX', 1n, 0n, 2n)).toThrow(ExecutionAbort);
    expect(() => ask('New', 2n ** 128n, 0n, 0n, 0n)).toThrow(ExecutionAbort);
  });
});
