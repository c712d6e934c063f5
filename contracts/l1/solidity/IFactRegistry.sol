// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What a rollup asks of whoever verifies proofs for it.
interface IFactRegistry {
    /// @return Whether the statement that `fact` is the hash of has been verified on this chain.
    function isValid(bytes32 fact) external view returns (bool);
}
