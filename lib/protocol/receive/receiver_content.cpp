// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/receive/receiver_impl.hpp"

namespace mcast::protocol {
void Receiver::Impl::release_done(ByteCount offset) {
    window_.release(offset);
    if (stage == Stage::receiving && started_at_ && window_.worth_telling()) due_.set(Due::report);
}

bool Receiver::Impl::lacks_passed() const {
    return nacks_.lacks_passed(blocks());
}

// Both know how far new data has come: the cycle of requests now, the meter also a while ago.
void Receiver::Impl::on_new_data(Time now, std::uint32_t block) {
    if (!nacks_.on_new_data(block)) return;
    loss_.set_position(block);
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
    else if (block < nacks_.position())
        if (auto* partial = blocks().find(block)) nacks_.on_repair(*partial, conditions(now));
    if (nacks_.asks_at_repairs(sender_) && lacks_passed()) want_nack(now);
    return stored.place;
}

void Receiver::Impl::on_complete(Time now, std::size_t repaired) {
    stats.repaired += repaired;
    if (object_.lacks_digests()) want_digests(now);
    check_finish();
}

void Receiver::Impl::on_digests(const wire::Digests& message) {
    if (!object_.on_digests(message)) return;
    if (!object_.lacks_digests() && (!nacks_.passed_all() || object_.has_all_digests()))
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
    farewell_.succeed(root);
    if (farewell_.sender_named_root()) return confirmed(farewell_.sent_root());
    tell(now);
}

}  // namespace mcast::protocol
