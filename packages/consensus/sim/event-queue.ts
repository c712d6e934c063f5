interface Scheduled<E> {
  readonly time: number;
  readonly order: number;
  readonly event: E;
}

/** Events by time, and by order of scheduling among equals: a binary heap. */
export class EventQueue<E> {
  readonly #heap: Scheduled<E>[] = [];
  #order = 0;

  push(time: number, event: E): void {
    const heap = this.#heap;
    const entry = { time, order: this.#order++, event };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Scheduled<E>;
      if (!before(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): { readonly time: number; readonly event: E } | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Scheduled<E>)) child++;
      const below = heap[child] as Scheduled<E>;
      if (!before(below, last)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function before<E>(a: Scheduled<E>, b: Scheduled<E>): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}
