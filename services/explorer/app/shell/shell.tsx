import { Suspense } from 'react';
import { Link, Route, Switch, useLocation } from 'wouter';
import { useHead } from '../data/chain.ts';
import { NotFoundPage } from '../pages/not-found.tsx';
import { ROUTES } from './routes.ts';
import { Search } from './search.tsx';
import { ThemeSwitch } from './theme.tsx';

/** The frame of every page. */
export function Shell() {
  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="top">
        <div className="top-row">
          <Link href="/" className="brand">
            <img src="/icon.svg" alt="" />
            stackctl
          </Link>
          <Navigation />
          <Search />
          <ThemeSwitch />
        </div>
        <ChainBanner />
      </header>
      <main className="main" id="content" tabIndex={-1}>
        <Suspense fallback={<p className="empty muted">Loading…</p>}>
          <Switch>
            {ROUTES.map(({ path, page }) => (
              <Route key={path} path={path} component={page} />
            ))}
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </main>
      <footer className="foot">
        All of it is read from this machine: nodes, proof store and L1. Proofs are verified in this
        browser.
      </footer>
    </>
  );
}

function Navigation() {
  const [location] = useLocation();
  return (
    <nav className="nav" aria-label="Pages">
      {ROUTES.map(({ path, label }) =>
        label === undefined ? null : (
          <Link key={path} href={path} aria-current={location === path ? 'page' : undefined}>
            {label}
          </Link>
        ),
      )}
    </nav>
  );
}

/** Says that no node answers, for as long as that is so. */
function ChainBanner() {
  const head = useHead();
  return (
    <div aria-live="polite">
      {head.isError && (
        <div className="banner" data-testid="rpc-down">
          No node answers. What you see is as of the last answer; asking again…
        </div>
      )}
    </div>
  );
}
