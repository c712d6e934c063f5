import { type ComponentType, lazy } from 'react';
import { HomePage } from '../pages/home.tsx';

// A page is fetched when it is first opened; the first of all is in the first file.
const BlockPage = lazy(async () => ({ default: (await import('../pages/block.tsx')).BlockPage }));
const BlocksPage = lazy(async () => ({
  default: (await import('../pages/blocks.tsx')).BlocksPage,
}));
const ClassPage = lazy(async () => ({ default: (await import('../pages/class.tsx')).ClassPage }));
const ContractPage = lazy(async () => ({
  default: (await import('../pages/contract.tsx')).ContractPage,
}));
const EventsPage = lazy(async () => ({
  default: (await import('../pages/events.tsx')).EventsPage,
}));
const MessagesPage = lazy(async () => ({
  default: (await import('../pages/messages.tsx')).MessagesPage,
}));
const ProofsPage = lazy(async () => ({
  default: (await import('../pages/proofs.tsx')).ProofsPage,
}));
const TransactionPage = lazy(async () => ({
  default: (await import('../pages/transaction.tsx')).TransactionPage,
}));
const TransactionsPage = lazy(async () => ({
  default: (await import('../pages/transactions.tsx')).TransactionsPage,
}));
const ValidatorsPage = lazy(async () => ({
  default: (await import('../pages/validators.tsx')).ValidatorsPage,
}));
const TourPage = lazy(async () => ({ default: (await import('../pages/tour.tsx')).TourPage }));
const WalletPage = lazy(async () => ({
  default: (await import('../pages/wallet.tsx')).WalletPage,
}));

export interface Route {
  readonly path: string;
  readonly page: ComponentType;
  /** Name in the navigation; pages without one are reached from others. */
  readonly label?: string;
}

/** Every page, in the order of the navigation. */
export const ROUTES: readonly Route[] = [
  { path: '/', page: HomePage, label: 'Home' },
  { path: '/blocks', page: BlocksPage, label: 'Blocks' },
  { path: '/transactions', page: TransactionsPage, label: 'Transactions' },
  { path: '/events', page: EventsPage, label: 'Events' },
  { path: '/messages', page: MessagesPage, label: 'Messages' },
  { path: '/proofs', page: ProofsPage, label: 'Proofs' },
  { path: '/validators', page: ValidatorsPage, label: 'Validators' },
  { path: '/tour', page: TourPage, label: 'Tour' },
  { path: '/wallet', page: WalletPage, label: 'Wallet' },
  { path: '/block/:id', page: BlockPage },
  { path: '/tx/:hash', page: TransactionPage },
  { path: '/contract/:address', page: ContractPage },
  { path: '/class/:hash', page: ClassPage },
];
