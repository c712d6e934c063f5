/** Addresses at which Starknet's tools expect the fee tokens and the deployer, on every chain. */
export const WELL_KNOWN = {
  strk: 0x04718f5a0fc34cc1af16a1cdee98ffb20c31f5cd61d6ab07201858f4287c938dn,
  eth: 0x049d36570d4e46f48e99674bd3fcc84644ddd6b96f7c741b1562b82f9e004dc7n,
  udc: 0x02ceed65a4bd731034c01113685c831b01c15d7d432f71afb1cf1634b53a2125n,
  /** Where the deployer stood before; older tools still call it there. */
  legacyUdc: 0x041a78e741e5af2fec34b695679bc6891742439f7afb8484ecd7766661ad02bfn,
} as const;
