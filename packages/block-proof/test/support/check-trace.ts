import { type CairoTrace, PRIME } from '@stackctl/types';

/**
 * Re-validates a trace against the Cairo whitepaper's transition function (section 4.5), word by word,
 * with an own decoder: what the AIR enforces, and nothing taken from the machine that made the trace.
 * Returns the first violation, or undefined.
 */
export function findViolation(trace: CairoTrace): string | undefined {
  const view = new DataView(trace.memory.buffer, trace.memory.byteOffset, trace.memory.byteLength);
  function cell(address: number): bigint {
    if (trace.defined[address] !== 1) throw new Error(`cell ${address} is not defined`);
    let value = 0n;
    for (let limb = 3; limb >= 0; limb--)
      value = (value << 64n) | view.getBigUint64(address * 32 + limb * 8, true);
    if (value >= PRIME) throw new Error(`cell ${address} is not canonical`);
    return value;
  }
  const mod = (value: bigint) => ((value % PRIME) + PRIME) % PRIME;
  try {
    for (let step = 0; step < trace.steps; step++) {
      const [pc, ap, fp] = [0, 1, 2].map((at) => trace.registers[3 * step + at] as number) as [
        number,
        number,
        number,
      ];
      const word = cell(pc);
      const offset = (shift: bigint) => Number((word >> shift) & 0xffffn) - 0x8000;
      const flag = (bit: bigint) => (word >> (48n + bit)) & 1n;
      if (word >> 63n !== 0n) return `step ${step}: the word at ${pc} is no instruction`;
      const dst = cell((flag(0n) ? fp : ap) + offset(0n));
      const op0 = cell((flag(1n) ? fp : ap) + offset(16n));
      const base = flag(2n) ? pc : flag(3n) ? fp : flag(4n) ? ap : Number(op0);
      const op1 = cell(base + offset(32n));
      const size = flag(2n) ? 2 : 1;
      const isJnz = flag(9n) === 1n;
      const res = flag(5n) ? mod(op0 + op1) : flag(6n) ? mod(op0 * op1) : op1;
      let [nextPc, nextAp, nextFp] = [BigInt(pc + size), BigInt(ap), BigInt(fp)];
      if (flag(7n)) nextPc = res;
      if (flag(8n)) nextPc = mod(BigInt(pc) + res);
      if (isJnz && dst !== 0n) nextPc = mod(BigInt(pc) + op1);
      if (flag(10n)) nextAp = mod(nextAp + res);
      if (flag(11n)) nextAp += 1n;
      if (flag(12n)) {
        if (dst !== BigInt(fp)) return `step ${step}: call does not store fp`;
        if (op0 !== BigInt(pc + size))
          return `step ${step}: call does not store the return address`;
        nextAp += 2n;
        nextFp = BigInt(ap + 2);
      }
      if (flag(13n)) nextFp = dst;
      if (flag(14n) && dst !== res) return `step ${step}: assert_eq fails`;
      if (step + 1 < trace.steps) {
        const next = [0, 1, 2].map((at) => BigInt(trace.registers[3 * (step + 1) + at] as number));
        if (next[0] !== nextPc || next[1] !== nextAp || next[2] !== nextFp)
          return `step ${step}: the registers do not follow`;
      } else if (nextPc !== BigInt(pc)) return 'the last step is no jmp rel 0';
    }
    for (const { name, begin, stop } of trace.segments) {
      if (name !== 'range_check') continue;
      for (let address = begin; address < stop; address++)
        if (cell(address) >= 2n ** 128n) return `range-check cell ${address} is too large`;
    }
    let end = 0;
    for (const { address, length } of trace.publicPages) {
      if (address < end) return 'public pages overlap';
      end = address + length;
      for (let at = address; at < end; at++) cell(at);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
