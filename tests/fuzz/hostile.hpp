// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "datagrams.hpp"
#include "operations.hpp"

namespace mcast::fuzz {

/// Up to eight requests of blocks, symbols, INFO and the whole of that object.
[[nodiscard]] std::vector<wire::RepairRequest> requests_from(Input& input,
                                                             ObjectId object = ObjectId{7});

/// Anything that somebody can say who knows all that `sender` says: in its name or another's, with
/// numbers over their whole range. The listener is named in lists of receivers.
[[nodiscard]] protocol::test::Buffer sender_says(protocol::test::FakeSender sender, NodeId listener,
                                                 Input& input);

/// The same in the name of a receiver.
[[nodiscard]] protocol::test::Buffer receiver_says(const protocol::test::FakeReceiver& receiver,
                                                   ObjectId object, Input& input);

}  // namespace mcast::fuzz
