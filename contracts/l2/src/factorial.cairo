//! Factorials in the Stark field. Uses the range-check builtin only, so that a prover covers every
//! entry point.

#[starknet::interface]
pub trait IFactorial<TState> {
    /// n! modulo the field's prime, with 0! = 1. Panics with 'n out of range' when n does not fit
    /// 32 bits.
    fn factorial(self: @TState, n: felt252) -> felt252;
    /// The same, kept as the last result and announced by an event.
    fn record(ref self: TState, n: felt252) -> felt252;
    /// Argument and result of the last `record`; zeros before the first.
    fn last(self: @TState) -> (felt252, felt252);
}

#[starknet::contract]
pub mod factorial {
    use starknet::storage::{StoragePointerReadAccess, StoragePointerWriteAccess};

    #[storage]
    struct Storage {
        last_n: felt252,
        last_result: felt252,
    }

    #[event]
    #[derive(Drop, starknet::Event)]
    enum Event {
        Recorded: Recorded,
    }

    #[derive(Drop, starknet::Event)]
    struct Recorded {
        #[key]
        n: felt252,
        result: felt252,
    }

    #[abi(embed_v0)]
    impl FactorialImpl of super::IFactorial<ContractState> {
        fn factorial(self: @ContractState, n: felt252) -> felt252 {
            bounded_factorial(n)
        }

        fn record(ref self: ContractState, n: felt252) -> felt252 {
            let result = bounded_factorial(n);
            self.last_n.write(n);
            self.last_result.write(result);
            self.emit(Recorded { n, result });
            result
        }

        fn last(self: @ContractState) -> (felt252, felt252) {
            (self.last_n.read(), self.last_result.read())
        }
    }

    fn bounded_factorial(n: felt252) -> felt252 {
        let bounded: Option<u32> = n.try_into();
        assert(bounded.is_some(), 'n out of range');
        multiply_down(1, n)
    }

    /// `product * factor!`
    fn multiply_down(product: felt252, factor: felt252) -> felt252 {
        if factor == 0 {
            product
        } else {
            multiply_down(product * factor, factor - 1)
        }
    }
}
