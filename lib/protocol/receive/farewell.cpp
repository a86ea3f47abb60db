// SPDX-License-Identifier: MIT
#include "protocol/receive/farewell.hpp"

#include <algorithm>
#include <utility>

#include "wire/private/private_message.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kTellFor = std::chrono::seconds(3);  // to a sender that does not answer
constexpr std::size_t kMostText = 400;

ReceiverError contradiction() {
    return {.code = ErrorCode::integrity, .why = ReceiverError::Why::other_digest};
}

}  // namespace

void Farewell::fail(ReceiverError error, std::string_view text) {
    text_ = wire::wire_text(text, kMostText);
    error_ = std::move(error);
}

void Farewell::on_sender_ended(Bytes root) {
    sender_ended_ = true;
    if (!root.empty()) sent_root_.assign(root.begin(), root.end());
}

std::uint16_t Farewell::error_number() const {
    return error_ ? static_cast<std::uint16_t>(error_->code) : std::uint16_t{0};
}

bool Farewell::told_enough(Time now, Duration progress_limit) const {
    const Duration most = failed() || sender_ended_ ? kTellFor : std::max(kTellFor, progress_limit);
    return now - since_ > most;
}

std::optional<ReceiverError> Farewell::confirmed(Bytes root) const {
    if (!error_ && !std::ranges::equal(root, root_)) return contradiction();
    return error_;
}

std::optional<ReceiverError> Farewell::counted_failed(ErrorCode why) const {
    if (!error_ && why == ErrorCode::integrity) return contradiction();
    return error_;
}

}  // namespace mcast::protocol
