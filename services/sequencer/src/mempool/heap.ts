/** A binary heap: `pop` gives the item that goes before all others. */
export interface Heap<T> {
  push(item: T): void;
  pop(): T | undefined;
}

export function createHeap<T>(before: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const at = (index: number): T => items[index] as T;
  const swap = (a: number, b: number): void => {
    const kept = at(a);
    items[a] = at(b);
    items[b] = kept;
  };
  return {
    push(item) {
      let index = items.push(item) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!before(at(index), at(parent))) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      items[0] = last;
      for (let index = 0; ; ) {
        let best = index;
        for (const child of [2 * index + 1, 2 * index + 2])
          if (child < items.length && before(at(child), at(best))) best = child;
        if (best === index) return first;
        swap(index, best);
        index = best;
      }
    },
  };
}
