import { Link } from 'wouter';
import { useTitle } from '../shell/title.ts';

export function NotFoundPage() {
  useTitle('Not found');
  return (
    <p className="notice">
      There is no such page. <Link href="/">Back to the start</Link>
    </p>
  );
}
