import { type ClassProvider, sierraSizeOf, sierraVersionOf } from '@stackctl/execution';
import type { AccountTransaction, Felt } from '@stackctl/types';
import type { CheckedClass } from './packed-class.ts';

/** Classes that are not final yet, by class hash: those of one block under way or one simulation. */
export interface PendingClasses extends ClassProvider {
  get(classHash: Felt): CheckedClass | undefined;
  set(checked: CheckedClass, compiledClassHash: Felt): void;
  delete(classHash: Felt): void;
}

export function createPendingClasses(): PendingClasses {
  const classes = new Map<Felt, { checked: CheckedClass; compiledClassHash: Felt }>();
  return {
    get: (classHash) => classes.get(classHash)?.checked,
    set: (checked, compiledClassHash) =>
      void classes.set(checked.classHash, { checked, compiledClassHash }),
    delete: (classHash) => void classes.delete(classHash),
    casm: (classHash) => classes.get(classHash)?.checked.casm,
    sierraVersion(classHash) {
      const found = classes.get(classHash);
      return found === undefined ? undefined : sierraVersionOf(found.checked.sierra);
    },
    sierraSize(classHash) {
      const found = classes.get(classHash);
      return found === undefined ? undefined : sierraSizeOf(found.checked.sierra);
    },
    compiledClassHash: (classHash) => classes.get(classHash)?.compiledClassHash,
  };
}

/** The class of one declare; empty for other transactions. */
export function pendingClassOf(
  transaction: AccountTransaction,
  declared: CheckedClass | undefined,
): PendingClasses {
  const pending = createPendingClasses();
  if (declared !== undefined && transaction.type === 'DECLARE')
    pending.set(declared, transaction.compiledClassHash);
  return pending;
}
