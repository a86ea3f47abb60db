// SPDX-License-Identifier: MIT
#include "session/loop/network_attachment.hpp"

#include "session/loop/loopback_filter.hpp"
#include "session/notices.hpp"

namespace mcast::session {
namespace {

constexpr Duration kFollow = std::chrono::seconds(1);

}  // namespace

bool NetworkAttachment::upkeep(Time now) {
    const bool moved = follow_at_ <= now && follow(now);
    if (membership_.due() <= now) announce(now);
    if (diagnosis_.due() <= now) diagnose(now);
    return moved;
}

// The address of an interface changes where DHCP gives it another one.
bool NetworkAttachment::follow(Time now) {
    follow_at_ = now + kFollow;
    if (!follow_interface(channel_)) return false;
    if (role_ == Role::sender) {
        const auto filtered =
            drop_own_data(channel_.group.fd(), channel_.own.local(), channel_.key_id.has_value());
        if (!filtered) front_.warn(filtered.error().message);
    } else {
        announce(now);
    }
    front_.warn(new_address_text(channel_));
    return true;
}

void NetworkAttachment::diagnose(Time now) {
    if (diagnosis_.awaits_confirmation())
        return diagnosis_.look_at_join(now, peer_, peer_heard_, front_);
    const bool takes_feedback = role_ == Role::sender;
    diagnosis_.look(channel_,
                    takes_feedback ? std::optional(channel_.own.local().port()) : std::nullopt,
                    front_);
}

Error NetworkAttachment::true_cause(const Error& error) const {
    const bool silent =
        error.code == ErrorCode::all_receivers_failed || error.code == ErrorCode::sender_lost;
    return silent ? send_errors_.now().value_or(error) : error;
}

}  // namespace mcast::session
