import { Button } from 'react-aria-components';

/** Newer and older around what is shown. */
export function Pager(props: {
  label: string;
  onNewer: (() => void) | undefined;
  onOlder: (() => void) | undefined;
}) {
  const { label, onNewer, onOlder } = props;
  return (
    <nav className="pager" aria-label="Paging">
      <Button className="button" isDisabled={onNewer === undefined} onPress={() => onNewer?.()}>
        ← Newer
      </Button>
      <span className="muted">{label}</span>
      <Button className="button" isDisabled={onOlder === undefined} onPress={() => onOlder?.()}>
        Older →
      </Button>
    </nav>
  );
}
