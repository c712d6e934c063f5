import { useLocation, useSearchParams } from 'wouter';

/**
 * The block that a list starts from, in the address (`?from=120`): a place in a list can be linked to.
 * Without it the list follows the chain.
 */
export function useFrom(): {
  readonly from: number | undefined;
  readonly go: (from: number | undefined) => void;
} {
  const [path, navigate] = useLocation();
  const [params] = useSearchParams();
  const text = params.get('from') ?? '';
  return {
    from: /^\d{1,15}$/.test(text) ? Number(text) : undefined,
    go: (from) => navigate(from === undefined ? path : `${path}?from=${from}`),
  };
}
