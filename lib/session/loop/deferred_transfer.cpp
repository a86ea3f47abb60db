// SPDX-License-Identifier: MIT
#include "session/loop/deferred_transfer.hpp"

#include <algorithm>
#include <utility>

#include "session/loop/real_clock.hpp"
#include "session/notices.hpp"

namespace mcast::session {
namespace {

// Some sandboxes report no changes. There a change is seen this late.
constexpr Duration kLookAgain = std::chrono::seconds(1);

}  // namespace

Wait DeferredTransfer::turn(Time now, const Ready& ready) {
    if (transfer_ != nullptr) return transfer_->turn(now, ready);
    if (!ended_) look(now);
    return transfer_ != nullptr ? transfer_->turn(real_now(), {}) : wait(now);
}

void DeferredTransfer::look(Time now) {
    if (!began_) {
        began_ = now;
        if (auto monitor = net::InterfaceMonitor::open()) monitor_ = std::move(*monitor);
    }
    if (monitor_) monitor_->drain();
    auto opening = try_open_channel(plan_.network, plan_.sizes);
    if (!opening && opening.error().code != ErrorCode::no_interface) {
        return finish(std::move(opening.error()));
    }
    if (is_usable(opening)) return take(now, std::move(*opening->channel));
    if (!opening) {
        tell(opening.error().message);
    } else {
        tell(opening->channel ? only_loopback_text() : opening->awaited);
    }
    if (plan_.limit && now - *began_ >= *plan_.limit) {
        finish(
            {ErrorCode::no_interface, 0, "no network interface could be used in time: " + told_});
    }
}

/// An interface may vanish and come back while it is waited for; loopback does not take its place.
bool DeferredTransfer::is_usable(const Result<Opening>& opening) const {
    if (!opening || !opening->channel) return false;
    return is_named() || !opening->channel->choice.interface.loopback;
}

bool DeferredTransfer::is_named() const {
    return !plan_.network.interface.empty() || plan_.network.group.contains('%');
}

void DeferredTransfer::take(Time now, Channel channel) {
    base_.update([&](Status& status) {
        status.interface = channel.choice.interface.name;
        status.waiting_for.clear();
    });
    auto made = plan_.make(std::move(channel), now - *began_);
    if (!made) return finish(std::move(made.error()));
    transfer_ = *made;
    monitor_.reset();
}

void DeferredTransfer::tell(const std::string& awaited) {
    if (std::exchange(told_, awaited) == awaited) return;
    base_.update([&](Status& status) { status.waiting_for = interface_wait_text(awaited); });
    base_.warn(interface_wait_warning(awaited, is_named()));
}

void DeferredTransfer::finish(Error error) {
    if (!std::exchange(ended_, true)) base_.fail(std::move(error));
}

void DeferredTransfer::broken(Error error) {
    transfer_ != nullptr ? transfer_->broken(std::move(error)) : finish(std::move(error));
}

void DeferredTransfer::cancel(const std::string& reason) {
    if (transfer_ == nullptr) finish(cancelled_error(reason));
}

Wait DeferredTransfer::wait(Time now) const {
    Wait wait;
    wait.done = ended_;
    if (monitor_) wait.sockets[0] = {monitor_->fd(), true, false};
    wait.until = now + kLookAgain;
    if (plan_.limit) wait.until = std::min(wait.until, *began_ + *plan_.limit);
    return wait;
}

}  // namespace mcast::session
