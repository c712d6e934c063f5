//! An account (SRC-6) owned by one Stark key. Every step of it is proven later, so that it does
//! what the standard asks for and nothing more; `__execute__` uses the range-check builtin only.

/// One call of a multicall. Same members and wire format as `starknet::account::Call`; only its
/// decoding differs: calldata is sliced out of the transaction's instead of being copied felt by
/// felt.
#[derive(Drop, Copy)]
pub struct Call {
    pub to: starknet::ContractAddress,
    pub selector: felt252,
    pub calldata: Span<felt252>,
}

impl CallSerde of Serde<Call> {
    fn serialize(self: @Call, ref output: Array<felt252>) {
        self.to.serialize(ref output);
        self.selector.serialize(ref output);
        self.calldata.serialize(ref output);
    }

    #[inline(always)]
    fn deserialize(ref serialized: Span<felt252>) -> Option<Call> {
        let [to, selector, length] = (*serialized.multi_pop_front::<3>()?).unbox();
        let length: u32 = length.try_into()?;
        // Panics when fewer felts are left.
        let calldata = serialized.slice(0, length);
        serialized = serialized.slice(length, serialized.len() - length);
        Option::Some(Call { to: to.try_into()?, selector, calldata })
    }
}

/// SNIP-6.
#[starknet::interface]
pub trait ISRC6<TState> {
    /// Makes the calls in order and returns their results. Only the protocol may ask for it.
    fn __execute__(ref self: TState, calls: Array<Call>) -> Array<Span<felt252>>;
    /// 'VALID' when the transaction's signature is the owner's; panics otherwise.
    fn __validate__(self: @TState, calls: Array<Call>) -> felt252;
    /// 'VALID' when `signature` is (r, s) of the owner over `hash`, otherwise 0.
    fn is_valid_signature(self: @TState, hash: felt252, signature: Array<felt252>) -> felt252;
}

/// SNIP-5.
#[starknet::interface]
pub trait ISRC5<TState> {
    fn supports_interface(self: @TState, interface_id: felt252) -> bool;
}

/// What the protocol asks of an account that declares classes or pays for its own deployment.
#[starknet::interface]
pub trait IDeployable<TState> {
    fn __validate_declare__(self: @TState, class_hash: felt252) -> felt252;
    fn __validate_deploy__(
        self: @TState, class_hash: felt252, contract_address_salt: felt252, public_key: felt252,
    ) -> felt252;
}

#[starknet::interface]
pub trait IPublicKey<TState> {
    /// The x coordinate of the owner's key.
    fn get_public_key(self: @TState) -> felt252;
}

#[starknet::contract(account)]
pub mod account {
    use core::ecdsa::check_ecdsa_signature;
    use starknet::storage::{StoragePointerReadAccess, StoragePointerWriteAccess};
    use starknet::syscalls::call_contract_syscall;
    use starknet::{SyscallResultTrait, get_execution_info};
    use super::Call;

    const ISRC5_ID: felt252 = 0x3f918d17e5ee77373b56385708f855659a07f75997f365cf87748628532a055;
    const ISRC6_ID: felt252 = 0x2ceccef7f994940b3962a6c67e0ba4fcd37df7d131417c604f91e03caecc1cd;

    /// Version 3, and the same for transactions that are only simulated (2^128 is added).
    const TRANSACTION_VERSION: felt252 = 3;
    const QUERY_VERSION: felt252 = 0x100000000000000000000000000000003;

    #[storage]
    struct Storage {
        Account_public_key: felt252,
    }

    #[constructor]
    fn constructor(ref self: ContractState, public_key: felt252) {
        self.Account_public_key.write(public_key);
    }

    #[abi(embed_v0)]
    impl SRC6Impl of super::ISRC6<ContractState> {
        fn __execute__(ref self: ContractState, calls: Array<Call>) -> Array<Span<felt252>> {
            let info = get_execution_info().unbox();
            // A contract that could call this would act in the owner's name without a signature.
            assert(info.caller_address.into() == 0, 'Account: invalid caller');
            let version = info.tx_info.unbox().version;
            assert(
                version == TRANSACTION_VERSION || version == QUERY_VERSION,
                'Account: invalid tx version',
            );
            let mut results = array![];
            execute_calls(calls.span(), ref results);
            results
        }

        fn __validate__(self: @ContractState, calls: Array<Call>) -> felt252 {
            validate_transaction(self)
        }

        fn is_valid_signature(
            self: @ContractState, hash: felt252, signature: Array<felt252>,
        ) -> felt252 {
            if is_owners(self, hash, signature.span()) {
                starknet::VALIDATED
            } else {
                0
            }
        }
    }

    #[abi(embed_v0)]
    impl SRC5Impl of super::ISRC5<ContractState> {
        fn supports_interface(self: @ContractState, interface_id: felt252) -> bool {
            interface_id == ISRC5_ID || interface_id == ISRC6_ID
        }
    }

    #[abi(embed_v0)]
    impl DeployableImpl of super::IDeployable<ContractState> {
        fn __validate_declare__(self: @ContractState, class_hash: felt252) -> felt252 {
            validate_transaction(self)
        }

        fn __validate_deploy__(
            self: @ContractState,
            class_hash: felt252,
            contract_address_salt: felt252,
            public_key: felt252,
        ) -> felt252 {
            validate_transaction(self)
        }
    }

    #[abi(embed_v0)]
    impl PublicKeyImpl of super::IPublicKey<ContractState> {
        fn get_public_key(self: @ContractState) -> felt252 {
            self.Account_public_key.read()
        }
    }

    fn execute_calls(mut calls: Span<Call>, ref results: Array<Span<felt252>>) {
        if let Option::Some(call) = calls.pop_front() {
            let Call { to, selector, calldata } = *call;
            results.append(call_contract_syscall(to, selector, calldata).unwrap_syscall());
            execute_calls(calls, ref results);
        }
    }

    fn validate_transaction(self: @ContractState) -> felt252 {
        let transaction = get_execution_info().unbox().tx_info.unbox();
        assert(
            is_owners(self, transaction.transaction_hash, transaction.signature),
            'Account: invalid signature',
        );
        starknet::VALIDATED
    }

    fn is_owners(self: @ContractState, hash: felt252, signature: Span<felt252>) -> bool {
        signature.len() == 2
            && check_ecdsa_signature(
                hash, self.Account_public_key.read(), *signature[0], *signature[1],
            )
    }
}
