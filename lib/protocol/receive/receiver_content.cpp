// SPDX-License-Identifier: MIT
#include <algorithm>

#include "protocol/receive/receiver_impl.hpp"

namespace mcast::protocol {
namespace {

constexpr Duration kRepairGap = std::chrono::milliseconds(1);
constexpr int kMaxFailures = 16;  // of one chunk: then it is not the network, nor a stranger
constexpr double kFew = 10;       // receivers, as the wire tells their number

}  // namespace

// What would be released next has not come, or not its digest: it is not only still to be verified.
bool Receiver::Impl::awaits_network() const {
    if (chunks_.count() == 0) return true;
    const auto next = static_cast<std::uint32_t>(release_ordered_ / offer.digest.chunk_size);
    return next < chunks_.count() && !(chunks_.whole(next) && digests_.has(next));
}

void Receiver::Impl::release_done(ByteCount offset) {
    window_.release(offset);
    if (stage == Stage::receiving && started_at_ && window_.worth_telling()) due_.set(Due::report);
}

// The sender has sent everything once.
bool Receiver::Impl::passed_all() const {
    return flushed_ && position_ == partition_.block_count();
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
    if (blocks.first_incomplete() < block) want_nack(now);
}

Placement Receiver::Impl::on_data(Time now, const wire::Data& data) {
    if (stage != Stage::receiving || data.object != offer.object.id ||
        data.fec_id != offer.object.fec_id)
        return {};
    const auto [block, esi, sent_length] = data.id;
    if (block >= partition_.block_count()) return {};
    const std::uint16_t length = partition_.block_length(block);
    if (data.fec_id == wire::FecId::small_block && sent_length != length) return {};
    if (esi >= length + offer.object.parity) return {};
    const std::size_t size =
        esi < length ? partition_.symbol_size(block, esi) : partition_.parity_size(block);
    if (data.payload.size() != size) return {};
    if (!started_at_) start(now);
    content_received_ += size;
    sender_idle_ = false;
    ++stats.packets;

    if ((data.flags & wire::kFlagRepair) == 0) on_new_data(now, block);
    if (block >= window_.end_block()) return {};
    const auto outcome = blocks.add(block, esi);
    if (const auto dropped = blocks.take_dropped())
        orders.push_back({.kind = Order::Kind::forget, .block = *dropped});
    if (outcome == BlockTable::Outcome::duplicate || outcome == BlockTable::Outcome::no_room)
        return {};
    progressed_ = now;
    Placement place{.block = block, .payload = data.payload};
    if (esi < length) {
        place.kind = Placement::Kind::source;
        place.symbol = esi;
        place.offset = partition_.offset(block, esi);
    } else {
        place.kind = Placement::Kind::parity;
        place.symbol = static_cast<std::uint16_t>(esi - length);
    }
    if (outcome == BlockTable::Outcome::completed)
        on_complete(now, block);
    else if (block < position_)
        if (auto* partial = blocks.find(block)) on_repair(now, *partial);
    // Only repairs come now, and they are no news of what else is missing: a few ask on.
    if (flushed_ && sender_.backoff_factor() <= 1 && sender_.group_size() <= kFew &&
        blocks.first_incomplete() < position_)
        want_nack(now);
    return place;
}

// A repair comes in one piece, so what it lacks is known soon; but one that left before we asked
// was another's, and ours is on its way. A crowd is patient.
void Receiver::Impl::on_repair(Time now, BlockTable::Partial& partial) {
    if (sender_.backoff_factor() > 0)
        partial.asked = now;
    else if (now - partial.asked >= sender_.grtt())
        partial.asked =
            now - nack_holdoff() + std::max({sender_.grtt() / 8, kRepairGap, loss_.window()});
}

void Receiver::Impl::on_complete(Time now, std::uint32_t block) {
    if (const auto& decode = blocks.last_decode(); !decode.missing.empty()) {
        stats.repaired += decode.missing.size();
        Order order{.kind = Order::Kind::decode, .block = block};
        order.missing = decode.missing;
        order.parity = decode.parity;
        orders.push_back(std::move(order));
    }
    ready_.clear();
    chunks_.block_complete(block, ready_);
    for (const std::uint32_t chunk : ready_) on_whole_chunk(chunk);
    if (chunks_.count() == 0) release_good();
    if (!undigested_.empty()) want_digests(now);
    check_finish(now);
}

void Receiver::Impl::on_whole_chunk(std::uint32_t chunk) {
    if (digests_.has(chunk))
        order_verify(chunk);
    else
        undigested_.add(chunk, chunk + 1);
}

void Receiver::Impl::order_verify(std::uint32_t chunk) {
    const Bytes digest = digests_.at(chunk);
    Order order{.kind = Order::Kind::verify, .chunk = chunk};
    order.digest.assign(digest.begin(), digest.end());
    chunks_.verify_ordered(chunk);
    orders.push_back(std::move(order));
}

void Receiver::Impl::on_digests(const wire::Digests& message) {
    if (message.total != digests_.count() || message.width() != digests_.width() ||
        message.object != offer.object.id)
        return;
    for (std::size_t i = 0; i < message.count(); ++i) {
        const auto chunk = message.first + static_cast<std::uint32_t>(i);
        if (!digests_.set(chunk, message.digest(i))) continue;
        if (!undigested_.contains(chunk)) continue;
        undigested_.remove(chunk, chunk + 1);
        if (chunks_.whole(chunk)) order_verify(chunk);  // else when it is again
    }
    if (undigested_.empty() && (!passed_all() || digests_.complete())) timers_.stop(Timer::digests);
}

void Receiver::Impl::verdict(Time now, std::uint32_t chunk, bool good) {
    if (stage != Stage::receiving || chunk >= chunks_.count()) return;
    progressed_ = now;
    if (chunks_.outdated_verdict(chunk)) return;
    if (good) {
        chunks_.good(chunk);
        release_good();
        return check_finish(now);
    }
    if (chunks_.bad(chunk) >= kMaxFailures)
        return fail(now, Error{ErrorCode::integrity, 0,
                               "chunk " + std::to_string(chunk) +
                                   " does not match its digest, though it was fetched " +
                                   std::to_string(kMaxFailures) + " times"});
    // Either may be what is wrong.
    digests_.forget(chunk);
    const auto [first, end] = chunks_.blocks_of(chunk);
    for (std::uint32_t b = first; b < end; ++b) {
        if (!blocks.complete(b)) continue;
        blocks.reset(b);
        chunks_.block_reset(b);
    }
    want_nack(now);
    want_digests(now);
}

// What will not come back: an ordered sink writes it out, a file may begin to reach the disk.
void Receiver::Impl::release_good() {
    ByteCount offset = chunks_.count() > 0 ? chunks_.good_prefix() : partition_.object_size();
    if (chunks_.count() == 0 && !blocks.all_complete())
        offset = partition_.block_offset(blocks.first_incomplete());
    if (offset <= release_ordered_) return;
    release_ordered_ = offset;
    if (!orders.empty() && orders.back().kind == Order::Kind::release)
        orders.back().offset = offset;
    else
        orders.push_back({.kind = Order::Kind::release, .offset = offset});
}

void Receiver::Impl::check_finish(Time) {
    if (stage != Stage::receiving || !started_at_ || !blocks.all_complete() || !chunks_.all_good())
        return;
    stage = Stage::finishing;
    orders.push_back({.kind = Order::Kind::finish});
}

void Receiver::Impl::finished(Time now, Bytes root) {
    if (stage != Stage::finishing) return;
    root_.assign(root.begin(), root.end());
    if (!sent_root_.empty()) return confirmed(sent_root_);  // the sender has ended
    tell(now);
}

}  // namespace mcast::protocol
