import { type Felt, feltToHex } from '@stackctl/types';

/** 0x1234…cdef: enough to tell two apart, short enough for a table. */
export function shortHex(value: Felt, digits = 6): string {
  const hex = feltToHex(value);
  return hex.length <= 2 * digits + 3 ? hex : `${hex.slice(0, digits + 2)}…${hex.slice(-digits)}`;
}

/** An integer with thin spaces between thousands. */
export function count(value: number | bigint): string {
  return value.toLocaleString('en-US').replaceAll(',', ' ');
}

/** An amount of a token with 18 decimals; at most `places` of them are shown, never rounded up. */
export function amount(units: bigint, places = 6, decimals = 18): string {
  const base = 10n ** BigInt(decimals);
  const whole = units / base;
  const rest = (units % base).toString().padStart(decimals, '0');
  const shown = rest.slice(0, places).replace(/0+$/, '');
  if (shown !== '') return `${count(whole)}.${shown}`;
  return whole === 0n && units > 0n ? `< 0.${'0'.repeat(places - 1)}1` : count(whole);
}

/** How long ago, in one unit. */
export function ago(seconds: number, nowMs: number): string {
  const age = Math.max(0, Math.round(nowMs / 1_000 - seconds));
  if (age < 60) return `${age} s ago`;
  if (age < 3_600) return `${Math.floor(age / 60)} min ago`;
  if (age < 86_400) return `${Math.floor(age / 3_600)} h ago`;
  return `${Math.floor(age / 86_400)} d ago`;
}

export function bytes(size: number): string {
  return size < 1_024 ? `${size} bytes` : `${(size / 1_024).toFixed(1)} KB`;
}

/** What an unknown error has to say. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
