// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFactRegistry} from "./IFactRegistry.sol";

/// @title Statements that a verifier contract has found proven.
/// @notice Only `verifier` registers facts, and it is fixed for good. Where no on-chain verifier
/// exists it is the zero address: then no fact is ever valid, and no rollup that consults this
/// registry can move.
contract FactRegistry is IFactRegistry {
    address public immutable verifier;
    mapping(bytes32 fact => bool) private _facts;

    event FactRegistered(bytes32 indexed fact);

    error OnlyVerifier(address caller);

    constructor(address verifier_) {
        verifier = verifier_;
    }

    /// @notice Records a proven statement. Registering it again changes nothing.
    function registerFact(bytes32 fact) external {
        if (msg.sender != verifier) revert OnlyVerifier(msg.sender);
        if (_facts[fact]) return;
        _facts[fact] = true;
        emit FactRegistered(fact);
    }

    /// @inheritdoc IFactRegistry
    function isValid(bytes32 fact) external view returns (bool) {
        return _facts[fact];
    }
}
