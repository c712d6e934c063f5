// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IFactRegistry} from "./IFactRegistry.sol";

/// @title The rollup's state as L1 accepts it.
/// @notice The operator moves it one block at a time, and only along transitions that the fact
/// registry holds as proven. Reads and the event are named as in Starknet's core contract.
contract Rollup {
    /// @notice One block's transition. All values are field elements except the number.
    struct StateUpdate {
        uint256 blockNumber;
        uint256 blockHash;
        uint256 parentBlockHash;
        uint256 parentStateRoot;
        uint256 stateRoot;
    }

    /// @notice Who verifies proofs for this rollup.
    IFactRegistry public immutable factRegistry;
    /// @notice The only address that may submit updates: it decides when, never what.
    address public immutable operator;
    /// @notice Identifies the L2 chain in every fact.
    uint256 public immutable l2ChainId;

    uint256 private _stateRoot;
    int256 private _blockNumber;
    uint256 private _blockHash;

    event LogStateUpdate(uint256 globalRoot, int256 blockNumber, uint256 blockHash);
    event LogStateTransitionFact(bytes32 stateTransitionFact);

    error OnlyOperator(address caller);
    error WrongBlockNumber(int256 expected, uint256 given);
    error WrongParent(uint256 expectedStateRoot, uint256 expectedBlockHash);
    error UnprovenTransition(bytes32 fact);

    /// @param blockNumber -1 when the chain starts empty (state root and block hash are 0 then),
    /// otherwise the number of the block that is accepted from the start.
    constructor(
        IFactRegistry factRegistry_,
        address operator_,
        uint256 l2ChainId_,
        uint256 stateRoot_,
        int256 blockNumber,
        uint256 blockHash
    ) {
        factRegistry = factRegistry_;
        operator = operator_;
        l2ChainId = l2ChainId_;
        _stateRoot = stateRoot_;
        _blockNumber = blockNumber;
        _blockHash = blockHash;
    }

    /// @notice Accepts the next block.
    function updateState(StateUpdate calldata update) external {
        if (msg.sender != operator) revert OnlyOperator(msg.sender);
        int256 next = _blockNumber + 1;
        if (update.blockNumber != uint256(next)) revert WrongBlockNumber(next, update.blockNumber);
        if (update.parentStateRoot != _stateRoot || update.parentBlockHash != _blockHash) {
            revert WrongParent(_stateRoot, _blockHash);
        }
        bytes32 fact = factOf(update);
        if (!factRegistry.isValid(fact)) revert UnprovenTransition(fact);

        _stateRoot = update.stateRoot;
        _blockNumber = next;
        _blockHash = update.blockHash;
        emit LogStateTransitionFact(fact);
        emit LogStateUpdate(update.stateRoot, next, update.blockHash);
    }

    /// @notice The fact that must be registered before `update` is accepted: it names the chain and
    /// every value of the update, so that a proof serves for one transition only.
    function factOf(StateUpdate calldata update) public view returns (bytes32) {
        return keccak256(abi.encode(l2ChainId, update));
    }

    function stateRoot() external view returns (uint256) {
        return _stateRoot;
    }

    /// @return -1 before the first accepted block.
    function stateBlockNumber() external view returns (int256) {
        return _blockNumber;
    }

    function stateBlockHash() external view returns (uint256) {
        return _blockHash;
    }
}
