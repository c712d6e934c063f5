import type { ComponentType } from 'react';
import { BlockPage } from '../pages/block.tsx';
import { BlocksPage } from '../pages/blocks.tsx';
import { ClassPage } from '../pages/class.tsx';
import { ContractPage } from '../pages/contract.tsx';
import { EventsPage } from '../pages/events.tsx';
import { HomePage } from '../pages/home.tsx';
import { MessagesPage } from '../pages/messages.tsx';
import { ProofsPage } from '../pages/proofs.tsx';
import { TransactionPage } from '../pages/transaction.tsx';
import { TransactionsPage } from '../pages/transactions.tsx';
import { ValidatorsPage } from '../pages/validators.tsx';

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
  { path: '/block/:id', page: BlockPage },
  { path: '/tx/:hash', page: TransactionPage },
  { path: '/contract/:address', page: ContractPage },
  { path: '/class/:hash', page: ClassPage },
];
