// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace mcast::control {

/// A transfer that was received, and its place: kept in the session's record, so that later
/// receivers of this user do not put the same one into the same place again.
struct Taken {
    NodeId sender{};
    InstanceId instance{};
    std::uint32_t transfer = 0;
    std::string place;    ///< the file, by its absolute path without links in the folders
    std::string session;  ///< the id of the session that received it
    friend bool operator==(const Taken&, const Taken&) = default;
};

/// The transfers that sessions on record in the directory have received.
[[nodiscard]] Result<std::vector<Taken>> list_taken(const std::string& directory);

}  // namespace mcast::control
