// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/options.hpp>

#include "base/result.hpp"
#include "protocol/send/sender.hpp"
#include "session/loop/entropy.hpp"

namespace mcast::session {

/// Says what is wrong with the options that needs no look at the system. Error: usage.
[[nodiscard]] Result<void> check_options(const SendOptions& options);

/// How the file is offered: its given name, or the last part of its path. Error: usage, when no
/// receiver would take the name.
[[nodiscard]] Result<std::string> offered_name(const SendOptions& options);

/// Turns options and facts into what the core is told. `capacity` is the largest datagram of the
/// interface. Errors: usage (a segment that does not fit), unsupported (too large a file).
[[nodiscard]] Result<protocol::SenderConfig> make_config(const SendOptions& options,
                                                         const Entropy& entropy, ByteCount size,
                                                         std::size_t capacity);

}  // namespace mcast::session
