// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token of the development chain, 18 decimals; its owner mints.
contract Token is ERC20, Ownable {
    constructor(
        string memory name,
        string memory symbol,
        address owner,
        address[] memory holders,
        uint256 amountEach
    ) ERC20(name, symbol) Ownable(owner) {
        for (uint256 i = 0; i < holders.length; i++) _mint(holders[i], amountEach);
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }
}
