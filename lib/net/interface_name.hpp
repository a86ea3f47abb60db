// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "net/interface.hpp"

namespace mcast::net {

/// The interface that a user's word stands for.
struct NamedInterface {
    const Interface* interface = nullptr;  ///< null: there is none
    /// The address, if the word was an address or its label; empty if it named the interface.
    Endpoint address = {};
};

/// Finds the interface that `word` means, written as `ip link` and `ip addr` show it: name,
/// altname, label of an address, "eth0@if7", "eth0:", address with or without prefix length
/// ("10.0.0.5/24") and with or without the interface of a link-local one ("fe80::1%eth0"), hardware
/// address, index. A name is preferred to everything else, and of several interfaces with the same
/// address the first one counts. The result refers into `all`.
[[nodiscard]] NamedInterface find_interface(std::span<const Interface> all,
                                            const std::string& word);

/// The address in such a word, without prefix length and interface; empty if it is none.
[[nodiscard]] Endpoint address_in(const std::string& word);

/// True if the addresses are the same. An address that is given without its interface matches on
/// any.
[[nodiscard]] bool is_address(const Endpoint& own, const Endpoint& given);

}  // namespace mcast::net
