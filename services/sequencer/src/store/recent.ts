/** The last few values by key; the one used longest ago goes first. */
export interface Recent<K, T> {
  get(key: K, make: () => T | undefined): T | undefined;
}

export function createRecent<K, T>(size: number): Recent<K, T> {
  const kept = new Map<K, T>();
  return {
    get(key, make) {
      const value = kept.get(key) ?? make();
      if (value === undefined) return undefined;
      kept.delete(key);
      kept.set(key, value);
      if (kept.size > size) {
        const oldest = kept.keys().next();
        if (!oldest.done) kept.delete(oldest.value);
      }
      return value;
    },
  };
}
