// This package is its assembly: see README.md. Nothing of it runs in TypeScript.
export {};
