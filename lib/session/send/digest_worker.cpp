// SPDX-License-Identifier: MIT
#include "session/send/digest_worker.hpp"

#include <algorithm>
#include <utility>

#include "session/loop/batch_scheduling.hpp"
#include "session/loop/real_clock.hpp"

namespace mcast::session {
namespace {

constexpr ByteCount kPiece = 1U << 20;  // hashed between two looks at position and clock
constexpr std::chrono::milliseconds kCheckInterval{100};

}  // namespace

DigestWorker::DigestWorker(storage::Source& source, DigestAlgorithm algorithm, ByteCount chunk_size,
                           DigestListener listener, ByteCount ahead)
    : source_(source),
      algorithm_(algorithm),
      chunk_size_(chunk_size),
      ahead_(ahead),
      listener_(std::move(listener)),
      pages_(source),
      hash_(source, algorithm),
      second_hash_(source, algorithm),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void DigestWorker::run(const std::stop_token& stop) {
    stop_ = stop;
    become_bulk_thread("mc-digest");
    if (check_if_due() == Go::stop) return;
    for (std::uint32_t chunk = 0; chunk * chunk_size_ < source_.size(); ++chunk) {
        if (hash_chunk(chunk) == Go::stop) return;
        if (digests_.size() > chunk) listener_.digest(chunk, digests_.back());
    }
    const ByteCount size = source_.size();
    listener_.all_done(storage::root_digest(algorithm_, size, digests_));
    while (wait_for_position(PositionSignal::kNever) == Go::on) drop_behind(size);
}

// A stream may turn out to have ended before the chunk, or in its midst.
DigestWorker::Go DigestWorker::hash_chunk(std::uint32_t chunk) {
    const ByteCount begin = chunk * chunk_size_;
    ByteCount at = begin;
    hash_.reset();
    while (true) {
        const ByteCount piece = piece_at(begin, at);
        if (piece == 0) break;
        const ByteCount hole = hole_at(at, std::min(begin + chunk_size_, source_.size()));
        // If it has to wait at all, it waits for a whole step, so as to wake up less often.
        if (hole == 0 && position_.get() + ahead_ < at + piece) {
            const ByteCount step = std::min(at + SourcePages::kStep, source_.size());
            if (wait_for_position(step > ahead_ ? step - ahead_ : 0) == Go::stop) return Go::stop;
            continue;
        }
        if (check_if_due() == Go::stop) return Go::stop;
        if (std::exchange(begin_anew_, false)) {
            hash_.reset();
            at = begin;
            hole_end_ = 0;
            continue;
        }
        if (hole == chunk_size_) {
            take_hole(at);
            digests_.push_back(hash_.of_zeros(hole));
            return Go::on;
        }
        hole > 0 ? hash_hole(at, hole) : hash_piece(at, piece);
        at += hole > 0 ? hole : piece;
        drop_behind(at);
    }
    if (at > begin) digests_.push_back(hash_.digest());
    return Go::on;
}

// The bytes from there on, up to `end`, that are in a hole; 0 if they are less than a piece and not
// all.
ByteCount DigestWorker::hole_at(ByteCount at, ByteCount end) {
    if (at >= hole_end_) hole_end_ = std::max(at, source_.zeros_end(at));
    const ByteCount hole = std::min(hole_end_, end) - at;
    return hole >= std::min(kPiece, end - at) ? hole : 0;
}

// The whole hole is told at once.
void DigestWorker::take_hole(ByteCount at) {
    if (!listener_.scanned || zeros_.up_to() >= hole_end_) return;
    zeros_.add_zeros(at, hole_end_);
    listener_.scanned(zeros_.take());
}

void DigestWorker::hash_hole(ByteCount at, ByteCount length) {
    take_hole(at);
    hash_.feed_zeros(length);
}

void DigestWorker::hash_piece(ByteCount at, ByteCount length) {
    pages_.read_ahead(at);
    if (!listener_.scanned) return hash_.feed(at, length);
    hash_.feed(at, length,
               [this](ByteCount offset, Bytes content) { zeros_.add(offset, content); });
    listener_.scanned(zeros_.take());
}

// The bytes to hash next of the chunk that begins at `begin`; 0: it is done.
ByteCount DigestWorker::piece_at(ByteCount begin, ByteCount at) const {
    const ByteCount end = std::min(begin + chunk_size_, source_.size());
    return at < end ? std::min(kPiece, end - at) : 0;
}

/// Returns when the position is reached, and at least every check interval. It uses the time for a
/// comparison, if one is due.
DigestWorker::Go DigestWorker::wait_for_position(ByteCount position) {
    if (to_compare_ > 0) {
        if (compare_one() == Go::stop) return Go::stop;
    } else {
        position_.wait(stop_, position, kCheckInterval);
    }
    return check_if_due();
}

DigestWorker::Go DigestWorker::check_if_due() {
    if (stop_.stop_requested()) return Go::stop;
    const bool asked = position_.take_asked();
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

void DigestWorker::answer() {
    if (to_compare_ == 0 && std::exchange(answer_due_, false)) listener_.checked();
}

/// Compares the chunks that are being sent now, before receivers find out that they do not fit
/// their digests.
DigestWorker::Go DigestWorker::compare_recent() {
    const ByteCount position = position_.get();
    const ByteCount from = position - std::min(position, SourcePages::kKeepBehind);
    while (to_compare_ > 0 && to_compare_ * chunk_size_ > from)
        if (compare_one() == Go::stop) return Go::stop;
    return Go::on;
}

/// Reads and compares one chunk: the last of those that are due.
DigestWorker::Go DigestWorker::compare_one() {
    const std::size_t chunk = --to_compare_;
    const ByteCount end = std::min((chunk + 1) * chunk_size_, source_.size());
    second_hash_.reset();
    ByteCount piece = 0;
    bool all_hole = false;
    for (ByteCount at = chunk * chunk_size_; at < end; at += piece) {
        if (stop_.stop_requested()) return Go::stop;
        piece = std::min(kPiece, end - at);
        if (const ByteCount hole = source_.zeros_end(at); hole >= at + piece) {
            piece = std::min(hole, end) - at;
            all_hole = piece == chunk_size_;
            if (!all_hole) second_hash_.feed_zeros(piece);
            continue;
        }
        second_hash_.feed(at, piece);
        pages_.read_again(at, piece);
    }
    if ((all_hole ? second_hash_.of_zeros(piece) : second_hash_.digest()) != digests_[chunk]) {
        listener_.changed(source_.changed());
        return Go::stop;
    }
    answer();
    return Go::on;
}

void DigestWorker::drop_behind(ByteCount hashed) {
    pages_.drop_behind(std::min(hashed, position_.get()));
}

}  // namespace mcast::session
