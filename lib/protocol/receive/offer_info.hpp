// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/units.hpp"
#include "protocol/object/object_params.hpp"

namespace mcast::protocol {

/// A transfer that this machine has received already.
struct ReceivedBefore {
    NodeId sender{};
    InstanceId instance{};
    std::uint32_t transfer = 0;
    std::string session;  ///< that received it, for the words
};

/// The facts of an offer; taken with accept(), declined with fail(), or passed over with skip().
struct OfferInfo {
    NodeId sender{};
    InstanceId instance{};
    std::uint32_t transfer = 0;
    std::optional<ByteCount> size_hint;  ///< of a stream: for progress, not to be trusted
    std::optional<ByteCount> stored;     ///< what the content takes on the sender's disk, if known
    bool plain = false;  ///< a NORM sender without our extensions: no digest, no report
    ObjectParams object;
    DigestParams digest;
    std::string name;  ///< from the network: hostile
    std::string host;
    std::string meta;
    bool started = false;
    std::uint32_t receivers = 0;
};

}  // namespace mcast::protocol
