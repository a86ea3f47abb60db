// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <mcast/options.hpp>
#include <mcast/status.hpp>

#include "base/result.hpp"
#include "crypto/group_key.hpp"
#include "crypto/opener.hpp"
#include "net/session_seal.hpp"
#include "session/loop/channel.hpp"

namespace mcast::session {

using OptionalKey = std::optional<crypto::GroupKey>;

/// Reads the key file that the options name; without one sessions are plain. Errors: those of
/// crypto::read_key_file.
[[nodiscard]] Result<OptionalKey> load_key(const NetworkOptions& options);

/// The bytes that sealing adds to each packet.
[[nodiscard]] inline std::size_t envelope_size(const OptionalKey& key) {
    return key ? crypto::kOverhead : 0;
}

/// Makes the seal of a session with a secret, and notes the key in its channel. Errors: those of
/// net::SessionSeal::create.
[[nodiscard]] Result<void> make_seal(const OptionalKey& key, crypto::Side side, Channel& channel,
                                     std::optional<net::SessionSeal>& seal);

/// A key's id as people see it: "e639".
[[nodiscard]] std::string key_text(std::uint16_t id);

/// Puts the packets that were not opened into a status.
void write_unopened(const crypto::Unopened& unopened, Stats& stats);

}  // namespace mcast::session
