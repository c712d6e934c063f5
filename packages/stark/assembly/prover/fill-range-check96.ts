// The columns of range_check96 (src/air/range-check.ts). Rows of unused instances stay zero.
import {
  COLUMN_RANGE_CHECK96_LOW,
  COLUMN_RANGE_CHECK96_SUM,
  COLUMN_RANGE_CHECK96_USED,
} from '../../build/assembly/air-constants';
import { ACCEPTED, TRACE_RANGE96, TRACE_UNDEFINED } from '../../build/assembly/reasons';
import {
  countByte,
  countCell,
  isShort,
  logRows,
  put,
  putBytes,
  refuseAddress,
  shiftRight,
  valueAt,
} from './fill-cells';

const ROWS: i32 = 8;
const SHIFTED: usize = memory.data(40, 8);

export function fillRangeCheck96(begin: u32, used: i32): i32 {
  const n = 1 << logRows;
  for (let instance = 0; instance < used; instance++) {
    const address = begin + instance;
    const value = valueAt(address);
    if (value == 0) return TRACE_UNDEFINED;
    if (!isShort(value, 2) || load<u32>(value, 12) != 0) {
      refuseAddress(address);
      return TRACE_RANGE96;
    }
    countCell(address);
    for (let i = 0; i < ROWS; i++) {
      const row = instance * ROWS + i;
      shiftRight(SHIFTED, value, 16 * (ROWS - 1 - i));
      putBytes(COLUMN_RANGE_CHECK96_SUM, row, SHIFTED);
      put(COLUMN_RANGE_CHECK96_USED, row, 1);
      const limb = <u32>load<u16>(SHIFTED);
      // Beside the step that makes the limb.
      put(COLUMN_RANGE_CHECK96_LOW, (row - 1) & (n - 1), limb & 255);
      countByte(limb & 255);
      countByte(limb >> 8);
    }
  }
  for (let i = 2 * (n - used * ROWS); i > 0; i--) countByte(0);
  return ACCEPTED;
}
