//! A fungible token (ERC-20 with Starknet's names in both spellings), with mint and burn for one
//! permitted minter: a bridge, or a development network's faucet. Variables, events and messages
//! are named as the tools of Starknet expect.

use starknet::ContractAddress;

#[starknet::interface]
pub trait IERC20<TState> {
    fn name(self: @TState) -> felt252;
    fn symbol(self: @TState) -> felt252;
    fn decimals(self: @TState) -> u8;
    fn total_supply(self: @TState) -> u256;
    fn balance_of(self: @TState, account: ContractAddress) -> u256;
    fn allowance(self: @TState, owner: ContractAddress, spender: ContractAddress) -> u256;
    fn transfer(ref self: TState, recipient: ContractAddress, amount: u256) -> bool;
    /// Spends the caller's allowance; an allowance of 2^256 - 1 is never used up.
    fn transfer_from(
        ref self: TState, sender: ContractAddress, recipient: ContractAddress, amount: u256,
    ) -> bool;
    fn approve(ref self: TState, spender: ContractAddress, amount: u256) -> bool;
}

#[starknet::interface]
pub trait IERC20Camel<TState> {
    fn totalSupply(self: @TState) -> u256;
    fn balanceOf(self: @TState, account: ContractAddress) -> u256;
    fn transferFrom(
        ref self: TState, sender: ContractAddress, recipient: ContractAddress, amount: u256,
    ) -> bool;
}

/// Only the permitted minter may call these two.
#[starknet::interface]
pub trait IMintable<TState> {
    fn permissioned_mint(ref self: TState, account: ContractAddress, amount: u256);
    fn permissioned_burn(ref self: TState, account: ContractAddress, amount: u256);
    fn permitted_minter(self: @TState) -> ContractAddress;
}

#[starknet::contract]
pub mod erc20 {
    use core::num::traits::CheckedSub;
    use starknet::storage::{
        Map, StoragePathEntry, StoragePointerReadAccess, StoragePointerWriteAccess,
    };
    use starknet::{ContractAddress, get_caller_address};

    const UNLIMITED: u256 = 0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;

    #[storage]
    struct Storage {
        ERC20_name: felt252,
        ERC20_symbol: felt252,
        ERC20_decimals: u8,
        ERC20_total_supply: u256,
        ERC20_balances: Map<ContractAddress, u256>,
        ERC20_allowances: Map<(ContractAddress, ContractAddress), u256>,
        permitted_minter: ContractAddress,
    }

    #[event]
    #[derive(Drop, starknet::Event)]
    enum Event {
        Transfer: Transfer,
        Approval: Approval,
    }

    #[derive(Drop, starknet::Event)]
    struct Transfer {
        #[key]
        from: ContractAddress,
        #[key]
        to: ContractAddress,
        value: u256,
    }

    #[derive(Drop, starknet::Event)]
    struct Approval {
        #[key]
        owner: ContractAddress,
        #[key]
        spender: ContractAddress,
        value: u256,
    }

    /// `initial_supply` goes to `recipient` (which may be zero only when the supply is).
    #[constructor]
    fn constructor(
        ref self: ContractState,
        name: felt252,
        symbol: felt252,
        decimals: u8,
        initial_supply: u256,
        recipient: ContractAddress,
        permitted_minter: ContractAddress,
    ) {
        self.ERC20_name.write(name);
        self.ERC20_symbol.write(symbol);
        self.ERC20_decimals.write(decimals);
        self.permitted_minter.write(permitted_minter);
        if initial_supply != 0 {
            mint(ref self, recipient, initial_supply);
        }
    }

    #[abi(embed_v0)]
    impl ERC20Impl of super::IERC20<ContractState> {
        fn name(self: @ContractState) -> felt252 {
            self.ERC20_name.read()
        }

        fn symbol(self: @ContractState) -> felt252 {
            self.ERC20_symbol.read()
        }

        fn decimals(self: @ContractState) -> u8 {
            self.ERC20_decimals.read()
        }

        fn total_supply(self: @ContractState) -> u256 {
            self.ERC20_total_supply.read()
        }

        fn balance_of(self: @ContractState, account: ContractAddress) -> u256 {
            self.ERC20_balances.entry(account).read()
        }

        fn allowance(
            self: @ContractState, owner: ContractAddress, spender: ContractAddress,
        ) -> u256 {
            self.ERC20_allowances.entry((owner, spender)).read()
        }

        fn transfer(ref self: ContractState, recipient: ContractAddress, amount: u256) -> bool {
            move(ref self, get_caller_address(), recipient, amount);
            true
        }

        fn transfer_from(
            ref self: ContractState,
            sender: ContractAddress,
            recipient: ContractAddress,
            amount: u256,
        ) -> bool {
            spend(ref self, sender, get_caller_address(), amount);
            move(ref self, sender, recipient, amount);
            true
        }

        fn approve(ref self: ContractState, spender: ContractAddress, amount: u256) -> bool {
            let owner = get_caller_address();
            require_address(owner, 'ERC20: approve from 0');
            require_address(spender, 'ERC20: approve to 0');
            self.ERC20_allowances.entry((owner, spender)).write(amount);
            self.emit(Approval { owner, spender, value: amount });
            true
        }
    }

    #[abi(embed_v0)]
    impl ERC20CamelImpl of super::IERC20Camel<ContractState> {
        fn totalSupply(self: @ContractState) -> u256 {
            self.ERC20_total_supply.read()
        }

        fn balanceOf(self: @ContractState, account: ContractAddress) -> u256 {
            self.ERC20_balances.entry(account).read()
        }

        fn transferFrom(
            ref self: ContractState,
            sender: ContractAddress,
            recipient: ContractAddress,
            amount: u256,
        ) -> bool {
            spend(ref self, sender, get_caller_address(), amount);
            move(ref self, sender, recipient, amount);
            true
        }
    }

    #[abi(embed_v0)]
    impl MintableImpl of super::IMintable<ContractState> {
        fn permissioned_mint(ref self: ContractState, account: ContractAddress, amount: u256) {
            require_minter(@self);
            mint(ref self, account, amount);
        }

        fn permissioned_burn(ref self: ContractState, account: ContractAddress, amount: u256) {
            require_minter(@self);
            require_address(account, 'ERC20: burn from 0');
            let balance = self.ERC20_balances.entry(account);
            balance.write(less(balance.read(), amount, 'ERC20: insufficient balance'));
            self.ERC20_total_supply.write(self.ERC20_total_supply.read() - amount);
            self.emit(Transfer { from: account, to: zero_address(), value: amount });
        }

        fn permitted_minter(self: @ContractState) -> ContractAddress {
            self.permitted_minter.read()
        }
    }

    fn move(
        ref self: ContractState, from: ContractAddress, to: ContractAddress, amount: u256,
    ) {
        require_address(from, 'ERC20: transfer from 0');
        require_address(to, 'ERC20: transfer to 0');
        let balance = self.ERC20_balances.entry(from);
        balance.write(less(balance.read(), amount, 'ERC20: insufficient balance'));
        // Read after the write: `from` and `to` may be the same account.
        let balance = self.ERC20_balances.entry(to);
        balance.write(balance.read() + amount);
        self.emit(Transfer { from, to, value: amount });
    }

    fn mint(ref self: ContractState, to: ContractAddress, amount: u256) {
        require_address(to, 'ERC20: mint to 0');
        // The supply bounds every balance, so that adding to a balance cannot overflow after this.
        self.ERC20_total_supply.write(self.ERC20_total_supply.read() + amount);
        let balance = self.ERC20_balances.entry(to);
        balance.write(balance.read() + amount);
        self.emit(Transfer { from: zero_address(), to, value: amount });
    }

    fn spend(
        ref self: ContractState, owner: ContractAddress, spender: ContractAddress, amount: u256,
    ) {
        let allowance = self.ERC20_allowances.entry((owner, spender));
        let allowed = allowance.read();
        if allowed != UNLIMITED {
            allowance.write(less(allowed, amount, 'ERC20: insufficient allowance'));
        }
    }

    /// `value - amount`; panics with `error` when there is not enough.
    fn less(value: u256, amount: u256, error: felt252) -> u256 {
        value.checked_sub(amount).expect(error)
    }

    fn require_minter(self: @ContractState) {
        assert(get_caller_address() == self.permitted_minter.read(), 'ERC20: only the minter');
    }

    fn require_address(address: ContractAddress, error: felt252) {
        let address: felt252 = address.into();
        assert(address != 0, error);
    }

    fn zero_address() -> ContractAddress {
        starknet::contract_address_const::<0>()
    }
}
