// SPDX-License-Identifier: MIT
#include "session/loop/session_key.hpp"

#include <utility>

#include <fmt/format.h>

#include <mcast/key.hpp>

#include "crypto/key_file.hpp"

namespace mcast {
namespace session {

Result<OptionalKey> load_key(const NetworkOptions& options) {
    if (options.key.empty()) return OptionalKey{};
    const auto secret = crypto::read_key_file(options.key);
    if (!secret) return std::unexpected(secret.error());
    return OptionalKey(crypto::GroupKey(*secret));
}

Result<void> make_seal(const OptionalKey& key, crypto::Side side, Channel& channel,
                       std::optional<net::SessionSeal>& seal) {
    if (!key) return {};
    auto made = net::SessionSeal::create(*key, side);
    if (!made) return std::unexpected(std::move(made.error()));
    seal.emplace(std::move(*made));
    channel.key_id = key->id();
    return {};
}

std::string key_text(std::uint16_t id) {
    return fmt::format("{:04x}", id);
}

void write_unopened(const crypto::Unopened& unopened, Stats& stats) {
    const auto add = [&stats](const char* kind, std::uint64_t count) {
        if (count == 0) return;
        stats.unopened += count;
        stats.unopened_kinds[kind] += count;
    };
    add("damaged", unopened.damaged);
    add("replayed", unopened.replayed);
    add("other_key", unopened.other_senders + unopened.other_receivers);
    add("other_session", unopened.other);
    add("plain", unopened.plain);
}

}  // namespace session

std::expected<std::string, Error> make_key(const std::string& path) {
    if (auto made = crypto::make_key_file(path); !made)
        return std::unexpected(std::move(made.error()));
    const auto secret = crypto::read_key_file(path);
    if (!secret) return std::unexpected(secret.error());
    return session::key_text(crypto::GroupKey(*secret).id());
}

}  // namespace mcast
