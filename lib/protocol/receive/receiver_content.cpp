// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/receive/receiver_impl.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kRepairGap = std::chrono::milliseconds(1);
constexpr double kFew = 10;  // receivers, as the wire tells their number

}  // namespace

void Receiver::Impl::release_done(ByteCount offset) {
    window_.release(offset);
    if (stage == Stage::receiving && started_at_ && window_.worth_telling()) due_.set(Due::report);
}

// The sender has sent everything once.
bool Receiver::Impl::passed_all() const {
    return flushed_ && position_ == object_.block_count();
}

bool Receiver::Impl::lacks_passed() const {
    return blocks().first_incomplete() < position_;
}

// Both know how far new data has come: we now, the meter also a while ago.
void Receiver::Impl::pass(std::uint32_t block) {
    position_ = block;
    loss_.set_position(block);
}

// What has not been sent before has come as far as that block.
void Receiver::Impl::on_new_data(Time now, std::uint32_t block) {
    flushed_ = false;
    if (begin_ == kNotBegun) begin_ = block + 1;
    if (block <= position_) return;
    pass(block);
    if (lacks_passed()) want_nack(now);
}

Placement Receiver::Impl::on_data(Time now, const wire::Data& data) {
    if (stage != Stage::receiving || !object_.fits(data)) return {};
    const std::uint32_t block = data.id.block;
    if (!started_at_) start(now);
    content_received_ += data.payload.size();
    sender_idle_ = false;
    ++stats.packets;

    if ((data.flags & wire::kFlagRepair) == 0) on_new_data(now, block);
    if (block >= window_.end_block()) return {};
    const auto stored = object_.store(data);
    if (stored.place.kind == Placement::Kind::none) return {};
    progressed_ = now;
    if (stored.completed)
        on_complete(now, stored.repaired);
    else if (block < position_)
        if (auto* partial = blocks().find(block)) on_repair(now, *partial);
    // Only repairs come now, and they are no news of what else is missing: a few ask on.
    if (flushed_ && sender_.backoff_factor() <= 1 && sender_.group_size() <= kFew && lacks_passed())
        want_nack(now);
    return stored.place;
}

// A repair comes in one piece, so what it lacks is known soon; but one that left before we asked
// was another's, and ours is on its way. A large group is patient.
void Receiver::Impl::on_repair(Time now, BlockTable::Partial& partial) {
    if (sender_.backoff_factor() > 0)
        partial.asked = now;
    else if (now - partial.asked >= sender_.grtt())
        partial.asked =
            now - nack_holdoff() + std::max({sender_.grtt() / 8, kRepairGap, loss_.window()});
}

void Receiver::Impl::on_complete(Time now, std::size_t repaired) {
    stats.repaired += repaired;
    if (object_.lacks_digests()) want_digests(now);
    check_finish();
}

void Receiver::Impl::on_digests(const wire::Digests& message) {
    if (!object_.on_digests(message)) return;
    if (!object_.lacks_digests() && (!passed_all() || object_.has_all_digests()))
        timers_.stop(Timer::digests);
}

void Receiver::Impl::verdict(Time now, std::uint32_t chunk, bool good) {
    if (stage != Stage::receiving) return;
    progressed_ = now;
    switch (object_.verdict(chunk, good)) {
        case ObjectReceiver::Verdict::outdated:
            return;
        case ObjectReceiver::Verdict::good:
            return check_finish();
        case ObjectReceiver::Verdict::fetch_again:
            want_nack(now);
            return want_digests(now);
        case ObjectReceiver::Verdict::hopeless:
            break;
    }
    fail(now, Error{ErrorCode::integrity, 0,
                    "chunk " + std::to_string(chunk) +
                        " does not match its digest, though it was fetched " +
                        std::to_string(ObjectReceiver::kMaxFailures) + " times"});
}

void Receiver::Impl::check_finish() {
    if (stage != Stage::receiving || !started_at_ || !object_.complete()) return;
    stage = Stage::finishing;
    object_.order_finish();
}

void Receiver::Impl::finished(Time now, Bytes root) {
    if (stage != Stage::finishing) return;
    root_.assign(root.begin(), root.end());
    if (!sent_root_.empty()) return confirmed(sent_root_);  // the sender has ended
    tell(now);
}

}  // namespace mcast::protocol
