import type { Felt } from '@stackctl/types';
import type { Abi, Field } from '../decode/abi.ts';
import {
  decodeFields,
  feltText,
  type NamedValue,
  shortType,
  type Value,
} from '../decode/values.ts';
import { count } from './format.ts';
import { ClassLink, ContractLink } from './parts.tsx';

/** Lists longer than this are cut in place: a page must not hang on what somebody sent. */
const MAX_ITEMS = 200;

/** Felts by their fields where the ABI fits them, one a line where it does not. */
export function Decoded(props: { abi: Abi; fields: readonly Field[]; felts: readonly Felt[] }) {
  const { abi, fields, felts } = props;
  const values = decodeFields(abi, fields, felts);
  if (felts.length === 0) return <span className="muted">nothing</span>;
  return values === undefined ? <Felts of={felts} /> : <Named values={values} />;
}

export function Felts({ of }: { of: readonly Felt[] }) {
  if (of.length === 0) return <span className="muted">nothing</span>;
  return (
    <ol className="values">
      {of.slice(0, MAX_ITEMS).map((felt, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a felt's position is its identity
        <li key={index}>{feltText(felt)}</li>
      ))}
      {of.length > MAX_ITEMS && <li>… {count(of.length - MAX_ITEMS)} more</li>}
    </ol>
  );
}

function Named({ values }: { values: readonly NamedValue[] }) {
  return (
    <ul className="values">
      {values.map(({ name, type, value }) => (
        <li key={name} title={type}>
          {name !== '' && <span className="muted">{name}: </span>}
          <Shown value={value} />
          {name !== '' && <span className="muted"> {shortType(type)}</span>}
        </li>
      ))}
    </ul>
  );
}

function Shown({ value }: { value: Value }) {
  switch (value.kind) {
    case 'felt':
      return feltText(value.value);
    case 'integer':
      return count(value.value);
    case 'text':
      return value.text;
    case 'address':
      return <ContractLink address={value.value} />;
    case 'class':
      return <ClassLink hash={value.value} />;
    case 'list':
      return (
        <>
          [
          {value.items.slice(0, MAX_ITEMS).map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an item's position is its identity
            <span key={index}>
              {index > 0 && ', '}
              <Shown value={item} />
            </span>
          ))}
          {value.items.length > MAX_ITEMS && ', …'}]
        </>
      );
    case 'record':
      return (
        <>
          {value.name}
          <Named values={value.members} />
        </>
      );
  }
}
