// SPDX-License-Identifier: MIT
#include "protocol/object/object_receiver.hpp"

#include <algorithm>
#include <utility>

namespace mcast::protocol {
namespace {

constexpr std::size_t kMaxDigestRanges = 64;
constexpr std::uint32_t kDigestsAhead = 64;  // at least
constexpr ByteCount kMostZeros = 64 << 20;   // of one order
constexpr ByteCount kMostTold = 256 << 20;   // of one message: no more is sent
constexpr ByteCount kMostBuffer = ByteCount{4} << 30;

// One past the last block that can be told to be zeros. Nobody is as far behind the sender of a
// stream as that: its buffer is smaller.
std::uint64_t zeros_limit(const ObjectParams& object, std::uint32_t first_incomplete) {
    if (!object.open()) return UINT64_MAX;
    return first_incomplete + kMostBuffer / object.block_bytes() + 1;
}

}  // namespace

ObjectReceiver::ObjectReceiver(const ObjectParams& object, const DigestParams& digest,
                               std::size_t parity_limit)
    : object_(object),
      digest_(digest),
      partition_(object.partition()),
      blocks_(partition_, object.parity, parity_limit),
      chunks_(partition_, digest),
      digests_(digest, object.size) {}

// The order to end comes first: work on the last block and chunk needs their true length.
bool ObjectReceiver::end_at(ByteCount size) {
    if (size > object_.size || size < chunks_.good_end()) return false;
    drop_beyond(size);
    object_.size = size;
    partition_ = object_.partition();
    orders_.push_back({.kind = Order::Kind::end, .offset = size});
    digests_.end_at(digest_.chunk_count(size));
    undigested_.remove(digests_.count(), UINT32_MAX);
    ready_.clear();
    chunks_.end_at(partition_, ready_);
    for (const std::uint32_t chunk : ready_) on_whole_chunk(chunk);
    if (blocks_.end_at(partition_)) on_complete(block_count() - 1);
    release_good();
    return true;
}

// Content beyond the end was none, whoever made it. A block that had some is fetched again.
void ObjectReceiver::drop_beyond(ByteCount end) {
    for (const std::uint32_t b : blocks_.held_beyond(end)) {
        if (blocks_.complete(b)) {
            blocks_.reset(b);
            chunks_.block_reset(b);
        } else {
            blocks_.forget(b);
            orders_.push_back({.kind = Order::Kind::forget, .block = b});
        }
    }
}

// The number of its source symbols that are to be computed.
std::size_t ObjectReceiver::on_complete(std::uint32_t block) {
    const auto& decode = blocks_.last_decode();
    if (!decode.missing.empty()) {
        Order order{.kind = Order::Kind::decode, .block = block};
        order.missing = decode.missing;
        order.parity = decode.parity;
        orders_.push_back(std::move(order));
    }
    ready_.clear();
    chunks_.block_complete(block, ready_);
    for (const std::uint32_t chunk : ready_) on_whole_chunk(chunk);
    if (chunks_.count() == 0) release_good();
    return decode.missing.size();
}

bool ObjectReceiver::on_zeros(const wire::Zeros& message, std::uint32_t end_block) {
    if (message.object != object_.id || chunks_.count() == 0) return false;
    const ByteCount before = blocks_.bytes_done();
    const std::uint64_t limit = std::min<std::uint64_t>(
        std::min(end_block, block_count()), zeros_limit(object_, blocks_.first_incomplete()));
    std::uint64_t room = kMostTold / object_.block_bytes() + 1;
    for (const auto [first, last] : message.ranges) {
        if (first >= limit || room == 0) break;
        const auto end = std::min({std::uint64_t{last} + 1, limit, first + room});
        take_zeros(first, static_cast<std::uint32_t>(end));
        room -= end - first;
    }
    return blocks_.bytes_done() != before;
}

// Orders are of a bounded size: an output that has to write the zeros shows how far it is.
void ObjectReceiver::take_zeros(std::uint32_t begin, std::uint32_t end) {
    const auto most = static_cast<std::uint32_t>(kMostZeros / object_.block_bytes() + 1);
    for (std::uint32_t b = blocks_.next_incomplete(begin, end); b < end;
         b = blocks_.next_incomplete(b, end)) {
        const std::uint32_t first = b;
        for (; b < end && b - first < most && !blocks_.complete(b); ++b) {
            if (const auto* partial = blocks_.find(b); partial != nullptr && partial->parity_held)
                orders_.push_back({.kind = Order::Kind::forget, .block = b});
            blocks_.fill(b);
        }
        zeros_.add(first, b);
        orders_.push_back({.kind = Order::Kind::zeros,
                           .offset = partition_.block_offset(first),
                           .end = partition_.block_offset(b - 1) + partition_.block_bytes(b - 1)});
        ready_.clear();
        for (std::uint32_t done = first; done < b; ++done) chunks_.block_complete(done, ready_);
        for (const std::uint32_t chunk : ready_) on_whole_chunk(chunk);
    }
}

void ObjectReceiver::on_whole_chunk(std::uint32_t chunk) {
    if (digests_.has(chunk))
        order_verify(chunk);
    else
        undigested_.add(chunk, chunk + 1);
}

void ObjectReceiver::order_verify(std::uint32_t chunk) {
    const Bytes digest = digests_.at(chunk);
    Order order{.kind = Order::Kind::verify, .chunk = chunk};
    order.digest.assign(digest.begin(), digest.end());
    chunks_.verify_ordered(chunk);
    orders_.push_back(std::move(order));
}

bool ObjectReceiver::on_digests(const wire::Digests& message) {
    if (message.width() != digests_.width() || message.object != object_.id) return false;
    if (!object_.stream && message.total != digests_.count()) return false;
    for (std::size_t i = 0; i < message.count(); ++i) {
        const auto chunk = message.first + static_cast<std::uint32_t>(i);
        if (!digests_.set(chunk, message.digest(i))) continue;
        if (!undigested_.contains(chunk)) continue;
        undigested_.remove(chunk, chunk + 1);
        if (chunks_.whole(chunk)) order_verify(chunk);  // else when it is again
    }
    return true;
}

ObjectReceiver::Verdict ObjectReceiver::verdict(std::uint32_t chunk, bool good) {
    if (chunk >= chunks_.count() || chunks_.outdated_verdict(chunk)) return Verdict::outdated;
    if (good) {
        chunks_.good(chunk);
        release_good();
        return Verdict::good;
    }
    if (chunks_.bad(chunk) >= kMaxFailures) return Verdict::hopeless;
    // Either may be what is wrong.
    digests_.forget(chunk);
    const auto [first, end] = chunks_.blocks_of(chunk);
    for (std::uint32_t b = first; b < end; ++b) {
        if (!blocks_.complete(b)) continue;
        zeros_.remove(b, b + 1);
        blocks_.reset(b);
        chunks_.block_reset(b);
    }
    return Verdict::fetch_again;
}

// Released content does not come back: an ordered sink writes it out, a file may begin to reach the
// disk.
void ObjectReceiver::release_good() {
    ByteCount offset = chunks_.count() > 0 ? chunks_.good_prefix() : partition_.object_size();
    if (chunks_.count() == 0 && !blocks_.all_complete())
        offset = partition_.block_offset(blocks_.first_incomplete());
    if (offset <= release_ordered_) return;
    release_ordered_ = offset;
    if (!zeros_.empty() && offset < partition_.object_size())
        zeros_.remove(0, static_cast<std::uint32_t>(partition_.block_of_offset(offset)));
    if (!orders_.empty() && orders_.back().kind == Order::Kind::release)
        orders_.back().offset = offset;
    else
        orders_.push_back({.kind = Order::Kind::release, .offset = offset});
}

bool ObjectReceiver::poll_order(Order& out) {
    if (orders_.empty()) return false;
    out = std::move(orders_.front());
    orders_.pop_front();
    return true;
}

// Digests of chunks to come are asked for only as many as a packet holds: the packet that was lost
// had them, too.
// Digests that are left out now are missed at the end, where all wait for them.
std::vector<wire::ChunkRange> ObjectReceiver::missing_digests(bool all) const {
    std::uint32_t from = 0;
    std::uint32_t stop = UINT32_MAX;
    if (!all && !undigested_.empty()) {
        from = undigested_.front();
        const auto width = static_cast<std::uint32_t>(std::max<std::size_t>(digests_.width(), 1));
        const std::uint32_t ahead = std::max(kDigestsAhead, object_.segment_size / width);
        stop = undigested_.ranges().rbegin()->second + ahead;
    }
    std::vector<wire::ChunkRange> ranges;
    for (const auto& [begin, end] : digests_.missing().ranges()) {
        const std::uint32_t first = std::max(begin, from);
        const std::uint32_t last = std::min(end, stop);
        if (first < last) ranges.push_back({first, last - 1});
        if (ranges.size() == kMaxDigestRanges) break;
    }
    return ranges;
}

bool ObjectReceiver::awaits_network() const {
    if (chunks_.count() == 0) return true;
    const auto next = static_cast<std::uint32_t>(release_ordered_ / digest_.chunk_size);
    return next < chunks_.count() && !(chunks_.whole(next) && digests_.has(next));
}

ByteCount ObjectReceiver::bytes_held() const {
    if (object_.size == 0 || blocks_.all_complete()) return object_.size;
    return std::min(object_.size - 1,
                    blocks_.bytes_done() + blocks_.parity_held() * object_.segment_size);
}

}  // namespace mcast::protocol
