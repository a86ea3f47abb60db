// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "base/ids.hpp"

namespace mcast {

/// The place of a receiver in the sender's group, until the sender forgets the receiver; then
/// another may get it. It is never sent, and never read from a packet.
enum class MemberIndex : std::uint32_t {};

/// A receiver of the sender's group. The index finds what is known about it; the node id orders
/// receivers, whenever they joined.
struct MemberId {
    MemberIndex index{};
    NodeId node{};
    friend bool operator==(const MemberId&, const MemberId&) = default;
};

}  // namespace mcast
