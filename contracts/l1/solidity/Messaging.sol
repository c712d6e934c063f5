// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title Messages between L1 and L2, as Starknet's core contract keeps them.
/// @notice Functions, events, message hashes and limits are those of Starknet's messaging contract, so
/// that L1 contracts written for it work unchanged. What a state update would do (announce a message
/// from L2, mark one to L2 as handled) is done by the mock functions, which anybody may call: this
/// contract is for development and holds nothing of value.
contract Messaging {
    uint256 public constant MAX_L1_MSG_FEE = 1 ether;

    /// @notice Seconds between starting the cancellation of a message to L2 and cancelling it.
    uint256 public immutable messageCancellationDelay;
    /// @notice Nonce of the next message to L2.
    uint256 public l1ToL2MessageNonce;
    /// @notice Fee plus 1 of a message to L2 that waits; 0 for one that was handled, cancelled or never sent.
    mapping(bytes32 messageHash => uint256 feePlusOne) public l1ToL2Messages;
    /// @notice How many equal messages from L2 wait to be consumed.
    mapping(bytes32 messageHash => uint256 count) public l2ToL1Messages;
    /// @notice When the cancellation of a message to L2 was started; 0 when it was not.
    mapping(bytes32 messageHash => uint256 timestamp) public l1ToL2MessageCancellations;

    event LogMessageToL1(uint256 indexed fromAddress, address indexed toAddress, uint256[] payload);
    event LogMessageToL2(
        address indexed fromAddress,
        uint256 indexed toAddress,
        uint256 indexed selector,
        uint256[] payload,
        uint256 nonce,
        uint256 fee
    );
    event ConsumedMessageToL1(uint256 indexed fromAddress, address indexed toAddress, uint256[] payload);
    event ConsumedMessageToL2(
        address indexed fromAddress,
        uint256 indexed toAddress,
        uint256 indexed selector,
        uint256[] payload,
        uint256 nonce
    );
    event MessageToL2CancellationStarted(
        address indexed fromAddress,
        uint256 indexed toAddress,
        uint256 indexed selector,
        uint256[] payload,
        uint256 nonce
    );
    event MessageToL2Canceled(
        address indexed fromAddress,
        uint256 indexed toAddress,
        uint256 indexed selector,
        uint256[] payload,
        uint256 nonce
    );

    constructor(uint256 messageCancellationDelay_) {
        messageCancellationDelay = messageCancellationDelay_;
    }

    /// @notice Sends a message to an L1 handler; the value sent along is its fee.
    function sendMessageToL2(uint256 toAddress, uint256 selector, uint256[] calldata payload)
        external
        payable
        returns (bytes32 messageHash, uint256 nonce)
    {
        require(msg.value > 0, "L1_MSG_FEE_MUST_BE_GREATER_THAN_0");
        require(msg.value <= MAX_L1_MSG_FEE, "MAX_L1_MSG_FEE_EXCEEDED");
        nonce = l1ToL2MessageNonce++;
        emit LogMessageToL2(msg.sender, toAddress, selector, payload, nonce, msg.value);
        messageHash = hashToL2(uint160(msg.sender), toAddress, selector, payload, nonce);
        l1ToL2Messages[messageHash] = msg.value + 1;
    }

    /// @notice Consumes a message that an L2 contract sent to the caller.
    function consumeMessageFromL2(uint256 fromAddress, uint256[] calldata payload)
        external
        returns (bytes32 messageHash)
    {
        messageHash = takeFromL2(fromAddress, uint160(msg.sender), payload);
        emit ConsumedMessageToL1(fromAddress, msg.sender, payload);
    }

    /// @notice Begins the cancellation of a message of the caller's that was not handled.
    function startL1ToL2MessageCancellation(
        uint256 toAddress,
        uint256 selector,
        uint256[] calldata payload,
        uint256 nonce
    ) external returns (bytes32 messageHash) {
        emit MessageToL2CancellationStarted(msg.sender, toAddress, selector, payload, nonce);
        messageHash = hashToL2(uint160(msg.sender), toAddress, selector, payload, nonce);
        require(l1ToL2Messages[messageHash] > 0, "NO_MESSAGE_TO_CANCEL");
        l1ToL2MessageCancellations[messageHash] = block.timestamp;
    }

    /// @notice Cancels it once the delay is over. Its fee stays here, as on Starknet.
    function cancelL1ToL2Message(
        uint256 toAddress,
        uint256 selector,
        uint256[] calldata payload,
        uint256 nonce
    ) external returns (bytes32 messageHash) {
        emit MessageToL2Canceled(msg.sender, toAddress, selector, payload, nonce);
        messageHash = hashToL2(uint160(msg.sender), toAddress, selector, payload, nonce);
        require(l1ToL2Messages[messageHash] != 0, "NO_MESSAGE_TO_CANCEL");
        uint256 requested = l1ToL2MessageCancellations[messageHash];
        require(requested != 0, "MESSAGE_CANCELLATION_NOT_REQUESTED");
        require(
            block.timestamp >= requested + messageCancellationDelay,
            "MESSAGE_CANCELLATION_NOT_ALLOWED_YET"
        );
        l1ToL2Messages[messageHash] = 0;
    }

    /// @notice Announces a message from L2, as the state update of its block would.
    function mockSendMessageFromL2(uint256 fromAddress, uint256 toAddress, uint256[] calldata payload)
        external
    {
        l2ToL1Messages[hashFromL2(fromAddress, toAddress, payload)] += 1;
        emit LogMessageToL1(fromAddress, address(uint160(toAddress)), payload);
    }

    /// @notice Consumes a message from L2 in the place of its receiver.
    function mockConsumeMessageFromL2(
        uint256 fromAddress,
        uint256 toAddress,
        uint256[] calldata payload
    ) external {
        takeFromL2(fromAddress, toAddress, payload);
        emit ConsumedMessageToL1(fromAddress, address(uint160(toAddress)), payload);
    }

    /// @notice Marks a message to L2 as handled, as the state update of the handler's block would.
    function mockConsumeMessageToL2(
        uint256 fromAddress,
        uint256 toAddress,
        uint256 selector,
        uint256[] calldata payload,
        uint256 nonce
    ) external {
        bytes32 messageHash = hashToL2(fromAddress, toAddress, selector, payload, nonce);
        require(l1ToL2Messages[messageHash] > 0, "INVALID_MESSAGE_TO_CONSUME");
        l1ToL2Messages[messageHash] = 0;
        emit ConsumedMessageToL2(address(uint160(fromAddress)), toAddress, selector, payload, nonce);
    }

    function takeFromL2(uint256 fromAddress, uint256 toAddress, uint256[] calldata payload)
        private
        returns (bytes32 messageHash)
    {
        messageHash = hashFromL2(fromAddress, toAddress, payload);
        require(l2ToL1Messages[messageHash] > 0, "INVALID_MESSAGE_TO_CONSUME");
        l2ToL1Messages[messageHash] -= 1;
    }

    function hashFromL2(uint256 fromAddress, uint256 toAddress, uint256[] calldata payload)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encodePacked(fromAddress, toAddress, payload.length, payload));
    }

    function hashToL2(
        uint256 fromAddress,
        uint256 toAddress,
        uint256 selector,
        uint256[] calldata payload,
        uint256 nonce
    ) private pure returns (bytes32) {
        return keccak256(
            abi.encodePacked(fromAddress, toAddress, nonce, selector, payload.length, payload)
        );
    }
}
