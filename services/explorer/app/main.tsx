import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Shell } from './shell/shell.tsx';

const queries = new QueryClient({
  defaultOptions: {
    // A node that is away is asked again by the next poll; the banner says so meanwhile.
    queries: { retry: false, refetchOnWindowFocus: false, staleTime: 500 },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root element');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Shell />
    </QueryClientProvider>
  </StrictMode>,
);
