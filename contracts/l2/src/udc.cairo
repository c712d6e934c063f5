//! The universal deployer: anybody deploys a declared class through it. Compatible with the
//! deployers at Starknet's two well-known addresses (both spellings of the function, the event's
//! layout and the address rule are the same).

use starknet::{ClassHash, ContractAddress};

#[starknet::interface]
pub trait IUniversalDeployer<TState> {
    /// Deploys `class_hash` with `calldata` for its constructor and returns the new address.
    ///
    /// With `not_from_zero` the address depends on the caller: the salt becomes
    /// pedersen(caller, salt) and the deployer is this contract. Otherwise the deployer is 0, and
    /// anybody who passes the same arguments reaches the same address.
    fn deploy_contract(
        ref self: TState,
        class_hash: ClassHash,
        salt: felt252,
        not_from_zero: bool,
        calldata: Span<felt252>,
    ) -> ContractAddress;
    fn deployContract(
        ref self: TState,
        classHash: ClassHash,
        salt: felt252,
        notFromZero: bool,
        calldata: Span<felt252>,
    ) -> ContractAddress;
}

#[starknet::contract]
pub mod udc {
    use core::pedersen::pedersen;
    use starknet::{ClassHash, ContractAddress, SyscallResultTrait, get_caller_address};
    use starknet::syscalls::deploy_syscall;

    #[storage]
    struct Storage {}

    #[event]
    #[derive(Drop, starknet::Event)]
    pub enum Event {
        ContractDeployed: ContractDeployed,
    }

    #[derive(Drop, starknet::Event)]
    pub struct ContractDeployed {
        pub address: ContractAddress,
        pub deployer: ContractAddress,
        pub not_from_zero: bool,
        pub class_hash: ClassHash,
        pub calldata: Span<felt252>,
        pub salt: felt252,
    }

    #[abi(embed_v0)]
    impl UniversalDeployerImpl of super::IUniversalDeployer<ContractState> {
        fn deploy_contract(
            ref self: ContractState,
            class_hash: ClassHash,
            salt: felt252,
            not_from_zero: bool,
            calldata: Span<felt252>,
        ) -> ContractAddress {
            deploy(ref self, class_hash, salt, not_from_zero, calldata)
        }

        fn deployContract(
            ref self: ContractState,
            classHash: ClassHash,
            salt: felt252,
            notFromZero: bool,
            calldata: Span<felt252>,
        ) -> ContractAddress {
            deploy(ref self, classHash, salt, notFromZero, calldata)
        }
    }

    fn deploy(
        ref self: ContractState,
        class_hash: ClassHash,
        salt: felt252,
        not_from_zero: bool,
        calldata: Span<felt252>,
    ) -> ContractAddress {
        let deployer = get_caller_address();
        let address_salt = if not_from_zero {
            pedersen(deployer.into(), salt)
        } else {
            salt
        };
        let (address, _) = deploy_syscall(class_hash, address_salt, calldata, !not_from_zero)
            .unwrap_syscall();
        self.emit(ContractDeployed { address, deployer, not_from_zero, class_hash, calldata, salt });
        address
    }
}
