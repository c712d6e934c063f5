import { useState } from 'react';
import { Button } from 'react-aria-components';

const KEY = 'stackctl-theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === value) ?? 'system';
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

apply(stored());

/** Goes round: the system's theme, light, dark. The choice is the one thing that the page stores. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
  return (
    <Button
      className="button"
      onPress={() => {
        localStorage.setItem(KEY, next);
        apply(next);
        setTheme(next);
      }}
    >
      {{ system: 'Auto', light: 'Light', dark: 'Dark' }[theme]}
      <span className="visually-hidden"> theme: change to {next}</span>
    </Button>
  );
}
