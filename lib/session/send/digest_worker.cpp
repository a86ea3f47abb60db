// SPDX-License-Identifier: MIT
#include "session/send/digest_worker.hpp"

#include <algorithm>
#include <utility>

#include "session/loop/bulk_thread.hpp"
#include "session/loop/real_clock.hpp"

namespace mcast::session {
namespace {

constexpr ByteCount kPiece = 1U << 20;  // hashed between two looks at position and clock
constexpr ByteCount kStep = 4U << 20;   // read ahead, dropped and waited for at a time
// Repairs of what was lost on the way refer to what was sent last: that stays mapped.
constexpr ByteCount kKeepBehind = 8U << 20;
constexpr std::chrono::milliseconds kCheckInterval{100};

}  // namespace

DigestWorker::DigestWorker(storage::Source& source, DigestAlgorithm algorithm, ByteCount chunk_size,
                           DigestListener listener)
    : source_(source),
      algorithm_(algorithm),
      chunk_size_(chunk_size),
      listener_(std::move(listener)),
      hash_(storage::make_hash(algorithm)),
      second_hash_(storage::make_hash(algorithm)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void DigestWorker::set_position(ByteCount position) {
    // Sequentially consistent, as the worker's store of wanted_ before its look at position_: one
    // of the two always sees the other.
    position_.store(position);
    if (position < wanted_.load()) return;
    wanted_.store(kNobodyWaits);
    {
        const std::scoped_lock lock(mutex_);
    }
    wake_.notify_one();
}

void DigestWorker::check_now() {
    {
        const std::scoped_lock lock(mutex_);
        check_ = true;
    }
    wake_.notify_one();
}

void DigestWorker::run(const std::stop_token& stop) {
    stop_ = stop;
    become_bulk_thread("mc-digest");
    if (check_if_due() == Go::stop) return;
    const ByteCount size = source_.size();
    const auto count = (size + chunk_size_ - 1) / chunk_size_;
    for (std::uint32_t chunk = 0; chunk < count; ++chunk) {
        if (hash_chunk(chunk) == Go::stop) return;
        listener_.digest(chunk, digests_.back());
    }
    listener_.all_done(storage::root_digest(algorithm_, size, digests_));
    while (wait_for_position(kNobodyWaits) == Go::on) drop_behind(size);
}

DigestWorker::Go DigestWorker::hash_chunk(std::uint32_t chunk) {
    const ByteCount size = source_.size();
    const ByteCount begin = chunk * chunk_size_;
    const ByteCount end = std::min(begin + chunk_size_, size);
    ByteCount at = begin;
    hash_->reset();
    while (at < end) {
        const ByteCount piece = std::min(kPiece, end - at);
        // Having to wait at all, wait until a step is worth waking up for.
        while (position_.load() + kAhead < at + piece) {
            const ByteCount step = std::min(at + kStep, size);
            if (wait_for_position(step > kAhead ? step - kAhead : 0) == Go::stop) return Go::stop;
        }
        if (check_if_due() == Go::stop) return Go::stop;
        if (std::exchange(begin_anew_, false)) {
            hash_->reset();
            at = begin;
            continue;
        }
        read_ahead(at);
        feed(*hash_, at, piece);
        at += piece;
        drop_behind(at);
    }
    digests_.push_back(hash_->digest());
    return Go::on;
}

/// Returns when the position is reached, and every check interval at least. The time is used to
/// compare what is to be compared.
DigestWorker::Go DigestWorker::wait_for_position(ByteCount position) {
    if (to_compare_ > 0) {
        if (compare_one() == Go::stop) return Go::stop;
    } else {
        std::unique_lock lock(mutex_);
        wanted_.store(position);
        wake_.wait_for(lock, stop_, kCheckInterval,
                       [&] { return check_ || position_.load() >= position; });
        wanted_.store(kNobodyWaits);
    }
    return check_if_due();
}

DigestWorker::Go DigestWorker::check_if_due() {
    bool asked = false;
    {
        if (stop_.stop_requested()) return Go::stop;
        const std::scoped_lock lock(mutex_);
        asked = std::exchange(check_, false);
    }
    const Time now = real_now();
    if (!asked && stamp_ && now - checked_ < kCheckInterval) return Go::on;
    checked_ = now;
    const auto stamp = source_.check();
    if (!stamp) {
        listener_.changed(stamp.error());
        return Go::stop;
    }
    answer_due_ = answer_due_ || asked;
    const bool touched = stamp_ && *stamp_ != *stamp;
    stamp_ = *stamp;
    if (touched) {
        to_compare_ = digests_.size();
        begin_anew_ = true;
        if (compare_recent() == Go::stop) return Go::stop;
    }
    answer();
    return Go::on;
}

void DigestWorker::feed(storage::ContentHash& hash, ByteCount offset, ByteCount length) {
    while (length > 0) {
        Bytes content = source_.view(offset);
        if (content.empty()) {
            room_.resize(static_cast<std::size_t>(length));
            source_.read(offset, room_);
            content = room_;
        }
        content = content.first(std::min<ByteCount>(content.size(), length));
        hash.update(content);
        offset += content.size();
        length -= content.size();
    }
}

void DigestWorker::answer() {
    if (to_compare_ == 0 && std::exchange(answer_due_, false)) listener_.checked();
}

/// What receivers are being given now, before they find out by themselves that it does not fit its
/// digests.
DigestWorker::Go DigestWorker::compare_recent() {
    const ByteCount position = position_.load();
    const ByteCount from = position - std::min(position, kKeepBehind);
    while (to_compare_ > 0 && to_compare_ * chunk_size_ > from)
        if (compare_one() == Go::stop) return Go::stop;
    return Go::on;
}

/// Reads the last chunk that is to be compared.
DigestWorker::Go DigestWorker::compare_one() {
    const std::size_t chunk = --to_compare_;
    const ByteCount end = std::min((chunk + 1) * chunk_size_, source_.size());
    second_hash_->reset();
    for (ByteCount at = chunk * chunk_size_; at < end; at += kPiece) {
        if (stop_.stop_requested()) return Go::stop;
        const ByteCount piece = std::min(kPiece, end - at);
        feed(*second_hash_, at, piece);
        if (at + piece <= dropped_) source_.done_with(at, piece);
    }
    if (second_hash_->digest() != digests_[chunk]) {
        listener_.changed(source_.changed());
        return Go::stop;
    }
    answer();
    return Go::on;
}

void DigestWorker::read_ahead(ByteCount hashed) {
    const ByteCount size = source_.size();
    while (asked_ < size && asked_ < hashed + 2 * kStep) {
        const ByteCount length = std::min(kStep, size - asked_);
        source_.will_need(asked_, length);
        asked_ += length;
    }
}

void DigestWorker::drop_behind(ByteCount hashed) {
    const ByteCount done = std::min(hashed, position_.load());
    while (dropped_ + kStep + kKeepBehind <= done) {
        source_.done_with(dropped_, kStep);
        dropped_ += kStep;
    }
}

}  // namespace mcast::session
