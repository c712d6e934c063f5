import { useEffect } from 'react';

/** The document's title: what a tab, a bookmark and a screen reader call this page. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · stackctl explorer`;
  }, [title]);
}
