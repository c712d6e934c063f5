import { statementOf } from '@stackctl/stark';
import type { CairoTrace } from '@stackctl/types';
import type { TraceShape } from '../../src/prepare.ts';
import type { LayoutName } from '../../src/public-inputs.ts';

/** The shape that the STARK gives a trace. */
export function starkShapeOf(trace: CairoTrace): TraceShape {
  const { layout, logSteps } = statementOf(trace, new Uint8Array(32));
  return { layout: layout as LayoutName, logSteps };
}
