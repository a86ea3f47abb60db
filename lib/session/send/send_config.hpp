// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <mcast/options.hpp>

#include "base/result.hpp"
#include "protocol/send/sender.hpp"
#include "session/loop/entropy.hpp"

namespace mcast::session {

/// Checks the options as far as that needs nothing from the system. Error: usage.
[[nodiscard]] Result<void> check_options(const SendOptions& options);

/// The content is a stream: nobody knows its size before it ends.
[[nodiscard]] bool is_stream(const SendOptions& options);

/// The name under which the file is offered: the one given, or the last part of its path. Error:
/// usage, if no receiver would take that name.
[[nodiscard]] Result<std::string> offered_name(const SendOptions& options);

/// Makes the core's configuration. `size`: of a file. `capacity` is the largest datagram of the
/// interface. Errors: usage (the segment does not fit), unsupported (the file is too large).
[[nodiscard]] Result<protocol::SenderConfig> make_config(const SendOptions& options,
                                                         const Entropy& entropy, ByteCount size,
                                                         std::size_t capacity);

}  // namespace mcast::session
