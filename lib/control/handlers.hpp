// SPDX-License-Identifier: MIT
#pragma once

// The actions of a session that its control socket can call.

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include <mcast/error.hpp>
#include <mcast/status.hpp>

namespace mcast::control {

/// All are called on the control server's thread and must neither wait for the transfer, a disk or
/// the network, nor stop the server. Only `status` is required: an empty one answers `unsupported`
/// (a receiver has no begin, drain, set_rate, detach).
struct Handlers {
    using Outcome = std::expected<void, Error>;

    std::function<Status()> status;
    std::function<Outcome(std::string reason)> cancel;  ///< too_late if the session has ended
    std::function<Outcome()> close;  ///< called only after the end: leave no record behind
    std::function<Outcome()> begin;
    std::function<Outcome()> drain;
    std::function<Outcome(std::optional<std::uint64_t> bps)> set_rate;
    std::function<Outcome(std::string receiver)> detach;
};

}  // namespace mcast::control
