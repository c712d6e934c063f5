/**
 * Starknet 0.14.1. Source: the versioned constants that StarkWare publishes with its sequencer
 * (starkware-libs/sequencer, crates/blockifier/resources/blockifier_versioned_constants_0_14_1.json);
 * names of its keys in the comments.
 */
import type { LinearResources, Ratio, VersionedConstants } from './versioned-constants.ts';
import type { VmResources } from './vm-resources.ts';

type Builtins = VmResources['builtins'];

const ratio = (numerator: bigint, denominator: bigint): Ratio => ({ numerator, denominator });
const resources = (steps: number, builtins: Builtins = {}): VmResources => ({ steps, builtins });
const fixed = (steps: number, range_check: number, more: Builtins = {}): LinearResources => ({
  constant: resources(steps, { range_check, ...more }),
});
/** Hashing calldata into an address or a hash of version 0. */
const PEDERSEN_CHAIN = resources(8, { pedersen: 1 });

export const V0_14_1: VersionedConstants = {
  version: '0.14.1',
  limits: {
    validateSteps: 1_000_000, // validate_max_n_steps
    executeSteps: 10_000_000, // invoke_tx_max_n_steps
    validateGas: 100_000_000n, // os_constants.validate_max_sierra_gas
    executeGas: 1_000_000_000n, // os_constants.execute_max_sierra_gas
    callDepth: 50, // max_recursion_depth
    events: 1_000, // tx_event_limits
    eventKeys: 50,
    eventData: 300,
    // os_constants.l1_handler_max_amount_bounds
    l1Handler: { l1Gas: 40_000n, l1DataGas: 20_000n, l2Gas: 100_000_000n },
  },
  // archival_data_gas_costs
  archival: {
    gasPerDataFelt: 5_120n,
    eventKeyFactor: 2n,
    gasPerCodeByte: 1_280n,
    gasPerProof: 0n,
  },
  allocation: { l1Gas: 0n, l1DataGas: 32n, l2Gas: 0n }, // allocation_cost.blob_cost
  // vm_resource_fee_cost
  l1GasPer: {
    step: ratio(25n, 10_000n),
    builtins: {
      pedersen: ratio(8n, 100n),
      range_check: ratio(4n, 100n),
      bitwise: ratio(16n, 100n),
      ec_op: ratio(256n, 100n),
      poseidon: ratio(8n, 100n),
      range_check96: ratio(4n, 100n),
      add_mod: ratio(4n, 100n),
      mul_mod: ratio(4n, 100n),
      keccak: ratio(512n, 100n),
    },
  },
  gasPer: {
    step: 100n, // os_constants.step_gas_cost
    memoryHole: 10n, // os_constants.memory_hole_gas_cost
    // os_constants.builtin_gas_costs
    builtins: {
      pedersen: 4_050n,
      range_check: 70n,
      bitwise: 583n,
      ec_op: 4_085n,
      poseidon: 491n,
      range_check96: 56n,
      add_mod: 230n,
      mul_mod: 604n,
      keccak: 136_189n,
    },
    blake: 0n,
  },
  syscallBaseGas: 10_000n, // os_constants.syscall_base_gas_cost: 100 steps
  entryPointGas: 10_000n, // os_constants.entry_point_initial_budget: 100 steps
  stepCountedGas: 10_000_000_000n, // os_constants.default_initial_gas_cost: 10^8 steps
  sierraGasVersion: [1, 7, 0], // min_sierra_version_for_sierra_gas
  // os_resources.execute_syscalls
  syscalls: {
    CallContract: fixed(903, 18),
    Deploy: {
      constant: resources(1_173, { range_check: 21, pedersen: 7 }),
      each: PEDERSEN_CHAIN,
    },
    EmitEvent: fixed(61, 1),
    GetBlockHash: fixed(107, 2),
    GetClassHashAt: fixed(89, 1),
    GetExecutionInfo: fixed(125, 2),
    // `Keccak` and, a round, `KeccakRound`.
    Keccak: {
      constant: resources(100),
      each: resources(281, { range_check: 56, keccak: 1, bitwise: 6 }),
    },
    LibraryCall: fixed(879, 18),
    MetaTxV0: {
      constant: resources(1_301, { range_check: 20, pedersen: 9 }),
      each: PEDERSEN_CHAIN,
    },
    ReplaceClass: fixed(106, 1),
    Secp256k1Add: fixed(412, 29),
    Secp256k1GetPointFromX: fixed(397, 30),
    Secp256k1GetXy: fixed(209, 11),
    Secp256k1Mul: fixed(76_507, 7_045),
    Secp256k1New: fixed(463, 35),
    Secp256r1Add: fixed(595, 57),
    Secp256r1GetPointFromX: fixed(516, 44),
    Secp256r1GetXy: fixed(211, 11),
    Secp256r1Mul: fixed(125_346, 13_961),
    Secp256r1New: fixed(582, 49),
    SendMessageToL1: fixed(144, 1),
    Sha256ProcessBlock: fixed(1_867, 65, { bitwise: 1_115 }),
    StorageRead: fixed(90, 1),
    StorageWrite: fixed(96, 1),
  },
  // os_resources.execute_txs_inner
  transactions: {
    DECLARE: fixed(3_523, 72, { pedersen: 4, poseidon: 15 }),
    DEPLOY_ACCOUNT: {
      constant: resources(4_583, { range_check: 93, pedersen: 11, poseidon: 11 }),
      each: resources(37, { pedersen: 2, poseidon: 1 }),
      per: 2,
    },
    INVOKE: {
      constant: resources(4_348, { range_check: 90, pedersen: 4, poseidon: 12 }),
      each: resources(11, { poseidon: 1 }),
      per: 2,
    },
    L1_HANDLER: {
      constant: resources(1_315, { range_check: 19, pedersen: 11 }),
      each: resources(13, { pedersen: 1 }),
    },
  },
  kzgCommitmentPerFelt: resources(113, { range_check: 17 }), // os_resources.compute_os_kzg_commitment_info
};
