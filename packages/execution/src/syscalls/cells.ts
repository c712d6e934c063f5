import type { CairoMachine, Memory, MemoryValue, Relocatable } from '@stackctl/cairo-vm';
import type { Felt } from '@stackctl/types';

/**
 * Cells of a syscall's request or response, free of addresses, so that they can be recorded in one
 * run and written in another.
 */
export type CellValue =
  /** One cell. */
  | { readonly kind: 'felt'; readonly value: Felt }
  /** Two cells, start and end pointer of felts. */
  | { readonly kind: 'range'; readonly values: readonly Felt[] }
  /** One cell: pointer to a segment that holds these cells. */
  | { readonly kind: 'struct'; readonly cells: readonly CellValue[] }
  /** One cell: pointer to a number of felts that both sides know. */
  | { readonly kind: 'array'; readonly values: readonly Felt[] };

/** What a syscall takes, cell by cell; a number is a pointer to that many felts. */
export type CellShape = 'felt' | 'range' | number;

export const felt = (value: Felt): CellValue => ({ kind: 'felt', value });
export const range = (values: readonly Felt[]): CellValue => ({ kind: 'range', values });
export const struct = (cells: readonly CellValue[]): CellValue => ({ kind: 'struct', cells });
export const array = (values: readonly Felt[]): CellValue => ({ kind: 'array', values });

/** Cells that a value takes. */
export function widthOf(value: CellValue): 1 | 2 {
  return value.kind === 'range' ? 2 : 1;
}

/** Reads cells of the given shapes from `pointer + distance` on. Throws a Fault. */
export function readCells(
  memory: Memory,
  pointer: Relocatable,
  distance: number,
  shapes: readonly CellShape[],
): { readonly cells: CellValue[]; readonly end: number } {
  let at = distance;
  const cells = shapes.map((shape): CellValue => {
    if (shape === 'felt') return felt(memory.readFelt(pointer, at++));
    if (shape === 'range') {
      const start = memory.read(pointer, at++);
      return range(memory.felts(start, memory.read(pointer, at++)));
    }
    const start = memory.readPointer(pointer, at++);
    return array(memory.felts(start, start.plus(shape)));
  });
  return { cells, end: at };
}

/** Writes cells from `pointer + distance` on; ranges and structs go to new segments. */
export function writeCells(
  vm: CairoMachine,
  pointer: Relocatable,
  distance: number,
  cells: readonly CellValue[],
): void {
  const { memory } = vm;
  let at = distance;
  const put = (value: MemoryValue) => memory.write(pointer, at++, value);
  for (const cell of cells) {
    switch (cell.kind) {
      case 'felt':
        put(cell.value);
        break;
      case 'range': {
        const start = memory.allocate([...cell.values]);
        put(start);
        put(start.plus(cell.values.length));
        break;
      }
      case 'array':
        put(memory.allocate([...cell.values]));
        break;
      case 'struct': {
        const start = memory.allocate();
        writeCells(vm, start, 0, cell.cells);
        put(start);
        break;
      }
    }
  }
}
