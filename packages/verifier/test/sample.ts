// A real proof to verify, made here.
import { encodeStatement, prove } from '@stackctl/stark';
import { countdown } from '../../stark/test/programs.ts';
import { run } from '../../stark/test/stepper.ts';

/** A proof of about 2^10 steps and the canonical bytes of its statement. */
export function sample(): { readonly proof: Uint8Array; readonly statement: Uint8Array } {
  const { bytes, statement } = prove(run(countdown(400)), {
    context: new Uint8Array(32).fill(7),
  });
  return { proof: bytes, statement: encodeStatement(statement) };
}
