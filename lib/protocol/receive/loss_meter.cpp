// SPDX-License-Identifier: MIT
#include "protocol/receive/loss_meter.hpp"

namespace mcast::protocol {
namespace {

constexpr int kMargin = 4;  // a quarter more
// However long the window is: the sender unwraps the sequence number.
constexpr std::uint64_t kMostBehind = 1 << 13;
constexpr std::uint64_t kEnough = 16;  // packets that a loss can be told by

}  // namespace

void LossMeter::mark(Time now) {
    marked_ = now;
    late_.add(now, {});
    Count& count = marks_[marked_count_++ % kMarks];
    count = count_;
    count.at = now;
}

// A packet that seems to be later than any comes has left after a gap, as when this machine was
// away: half of the numbers back is as far ahead.
std::int64_t LossMeter::number_of_late(std::uint16_t ahead) const {
    const auto latest = static_cast<std::int64_t>(count_.expected);
    const auto late = static_cast<std::uint16_t>(-ahead);
    const std::size_t oldest = marked_count_ - std::min(marked_count_, kMarks);
    const auto then = static_cast<std::int64_t>(marks_[oldest % kMarks].expected);
    return late < std::max(kMostLate, latest - then) ? latest - late : latest + ahead;
}

// The `number`th packet since the first one; below 1 when it left before that.
void LossMeter::on_late(Time now, std::int64_t number) {
    if (number < 1) --count_.received;
    const std::size_t oldest = marked_count_ - std::min(marked_count_, kMarks);
    for (std::size_t i = marked_count_; i > oldest; --i) {
        Count& then = marks_[(i - 1) % kMarks];
        if (static_cast<std::int64_t>(then.expected) < number) return late_.add(now, now - then.at);
        overtaken_at_ = then.at;
        if (number >= 1) ++then.received;
    }
}

Duration LossMeter::window() const {
    return std::min(late_.value() + late_.value() / kMargin, kMostWindow);
}

const LossMeter::Count& LossMeter::settled(Time now) const {
    const Time then = now - window();
    const std::size_t oldest = marked_count_ - std::min(marked_count_, kMarks);
    const Count* found = &count_;
    for (std::size_t i = marked_count_; i > oldest && found->at > then; --i) {
        const Count& older = marks_[(i - 1) % kMarks];
        if (count_.expected - older.expected > kMostBehind) break;
        found = &older;
    }
    return *found;
}

double LossMeter::update(Time now) {
    const Count& count = settled(now);
    // Fewer, too, when the window has become longer since.
    if (count.expected < told_expected_ + kEnough) return smoothed_;
    const std::uint64_t sent = count.expected - told_expected_;
    const std::uint64_t got = count.received - told_received_;
    const double part =
        got >= sent ? 0 : static_cast<double>(sent - got) / static_cast<double>(sent);
    smoothed_ += (part - smoothed_) / 8;
    told_expected_ = count.expected;
    told_received_ = count.received;
    return smoothed_;
}

}  // namespace mcast::protocol
